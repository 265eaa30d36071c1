#include "api/document_route.hpp"

namespace sessioncore::server {

void add_document_route(HttpServer& server) {
  server.Get("/openapi.json", [](const httplib::Request&, httplib::Response& response) {
    const std::string_view document = openapi_document();
    response.set_content(document.data(), document.size(), "application/json");
  });
}

}  // namespace sessioncore::server
