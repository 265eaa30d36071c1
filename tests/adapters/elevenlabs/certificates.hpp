/// A certificate authority of the test's own, and a certificate of it for "localhost", made by the openssl command.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>
#include <unistd.h>

namespace sessioncore::elevenlabs::testing {

class Certificates {
 public:
  Certificates() {
    auto pattern = (std::filesystem::temp_directory_path() / "sessioncore-tls-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    std::ofstream(folder_ / "names") << "subjectAltName=DNS:localhost\n";
    run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test-authority"
        " -keyout ca.key -out ca.pem");
    run("req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost"
        " -keyout server.key -out server.csr");
    run("x509 -req -days 2 -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile names -out server.pem");
  }
  ~Certificates() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  [[nodiscard]] std::string authority() const { return (folder_ / "ca.pem").string(); }
  [[nodiscard]] std::string certificate() const { return (folder_ / "server.pem").string(); }
  [[nodiscard]] std::string key() const { return (folder_ / "server.key").string(); }

 private:
  void run(const std::string& arguments) const {
    const auto command = "cd " + folder_.string() + " && openssl " + arguments + " 2>openssl.log";
    REQUIRE_MESSAGE(std::system(command.c_str()) == 0, command);
  }

  std::filesystem::path folder_;
};

}  // namespace sessioncore::elevenlabs::testing
