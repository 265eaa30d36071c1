/// A small HTTP client that speaks JSON, for the story and for tests.
///
/// Thread rule: one thread at a time per client.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace sessioncore::story {

struct Answer {
  int status = 0;  ///< 0: no answer
  nlohmann::json body;
  std::string text;  ///< the body as it came
  std::string retry_after;

  [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
};

class JsonClient {
 public:
  enum class Connections { kept, one_each };

  /// `base_url` is like "http://127.0.0.1:8080". A connection that is kept can be closed by a server that is tired of
  /// waiting, just when the next request goes out on it: kept ones are for servers that wait longer than we ever pause.
  explicit JsonClient(const std::string& base_url, Connections connections = Connections::kept);
  ~JsonClient();
  JsonClient(JsonClient&&) noexcept;

  /// Sent with every request from now on.
  void header(const std::string& name, const std::string& value);
  Answer get(const std::string& path);
  Answer post(const std::string& path, const nlohmann::json& body = nlohmann::json::object());
  Answer put(const std::string& path, const nlohmann::json& body);
  Answer remove(const std::string& path);  ///< DELETE
  /// Any bytes under any content type.
  Answer post_text(const std::string& path, const std::string& body, const std::string& content_type);
  [[nodiscard]] const std::string& base_url() const { return base_url_; }

 private:
  struct Impl;
  std::string base_url_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sessioncore::story
