/// A service that does to its client whatever a test asks for: over TLS too, and with broken frames.
///
/// C++17 like its library. Thread rule: any thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sessioncore::elevenlabs::testing {

struct FakePlan {
  // The request for a signed URL.
  int signed_url_status = 200;
  std::string signed_url_body;      // empty: {"signed_url": "ws(s)://HOST:PORT/talk?sig=1"} with the client's own host
  std::string signed_url_location;  // of a redirect
  bool never_answers_http = false;

  // The WebSocket handshake.
  int handshake_status = 101;  // anything else refuses with it
  bool echo_subprotocol = true;
  std::string foreign_subprotocol;  // sent although not offered
  std::string extension_header;     // sent although not offered

  // The conversation.
  bool send_metadata = true;
  bool deaf = false;  // reads nothing any more once the first bytes have come

  // TLS when set: PEM files.
  std::string certificate_file;
  std::string key_file;
};

class FakeService {
 public:
  explicit FakeService(FakePlan plan);
  ~FakeService();
  FakeService(const FakeService&) = delete;
  FakeService& operator=(const FakeService&) = delete;

  [[nodiscard]] int port() const;
  [[nodiscard]] std::string base_url(const std::string& host = "127.0.0.1") const;

  /// To every client that is connected.
  void send(const std::string& text);
  void send_binary(const std::string& bytes);
  void send_bytes(const std::string& bytes);  // past the WebSocket layer; plain connections only
  void close(int code, const std::string& reason = "");
  void ping();
  /// Ends the connections without a word, after what was sent before.
  void cut();
  /// Ends those of the requests that `never_answers_http` has kept.
  void cut_unanswered();

  /// Waits until at least `count` of it were seen; false if that never happens.
  bool saw_frames(std::size_t count);
  bool saw_requests(std::size_t count);
  bool saw_closes(std::size_t count);
  bool saw_pings(std::size_t count);
  [[nodiscard]] std::vector<std::string> frames();
  /// "METHOD target|xi-api-key|offered subprotocols" of each request and handshake.
  [[nodiscard]] std::vector<std::string> requests();
  /// The heads of the same, as they came.
  [[nodiscard]] std::vector<std::string> heads();
  /// The host that each of them named in its TLS handshake; empty if it named none.
  [[nodiscard]] std::vector<std::string> server_names();
  /// Close codes as the service sees them; 1006 for a connection that just ended.
  [[nodiscard]] std::vector<int> closes();

  class Server;

 private:
  std::unique_ptr<Server> server_;
};

}  // namespace sessioncore::elevenlabs::testing
