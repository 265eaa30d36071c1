#include "json_client.hpp"

#include <httplib.h>

namespace sessioncore::story {

struct JsonClient::Impl {
  Impl(const std::string& url, bool keep_alive) : client(url) {
    client.set_connection_timeout(10);
    client.set_read_timeout(60);
    client.set_write_timeout(60);
    client.set_keep_alive(keep_alive);
    client.set_tcp_nodelay(true);
  }
  httplib::Client client;
  httplib::Headers headers;
};

namespace {

Answer answer_of(const httplib::Result& result) {
  Answer answer;
  if (!result) return answer;
  answer.status = result->status;
  answer.text = result->body;
  answer.retry_after = result->get_header_value("Retry-After");
  answer.body = nlohmann::json::parse(result->body, nullptr, false);
  return answer;
}

}  // namespace

JsonClient::JsonClient(const std::string& base_url, Connections connections)
    : base_url_(base_url), impl_(std::make_unique<Impl>(base_url, connections == Connections::kept)) {}
JsonClient::~JsonClient() = default;
JsonClient::JsonClient(JsonClient&&) noexcept = default;

void JsonClient::header(const std::string& name, const std::string& value) {
  impl_->headers.erase(name);
  impl_->headers.emplace(name, value);
}

Answer JsonClient::get(const std::string& path) {
  return answer_of(impl_->client.Get(path, impl_->headers));
}

Answer JsonClient::post(const std::string& path, const nlohmann::json& body) {
  return post_text(path, body.dump(), "application/json");
}

Answer JsonClient::put(const std::string& path, const nlohmann::json& body) {
  return answer_of(impl_->client.Put(path, impl_->headers, body.dump(), "application/json"));
}

Answer JsonClient::remove(const std::string& path) {
  return answer_of(impl_->client.Delete(path, impl_->headers));
}

Answer JsonClient::post_text(const std::string& path, const std::string& body, const std::string& content_type) {
  return answer_of(impl_->client.Post(path, impl_->headers, body, content_type));
}

}  // namespace sessioncore::story
