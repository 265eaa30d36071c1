// Certificates are verified: a server that cannot prove its name gets neither key nor text.
#include "client.hpp"
#include "http_stand.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

using namespace sessioncore;
using namespace sessioncore::unipile;
using namespace sessioncore::unipile::tests;

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Certificate self_signed(EVP_PKEY* key, const char* alternative_name) {
  Certificate certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key);
  auto* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("Example"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative_name);
  X509_add_ext(certificate.get(), extension, -1);
  X509_EXTENSION_free(extension);
  X509_sign(certificate.get(), key, EVP_sha256());
  return certificate;
}

// The certificate as a file, for as long as the object lives.
class PemFile {
 public:
  explicit PemFile(X509* certificate)
      : path_(
            (std::filesystem::temp_directory_path() / ("unipile-test-" + std::to_string(getpid()) + ".pem")).string()) {
    std::FILE* file = std::fopen(path_.c_str(), "w");
    REQUIRE(file != nullptr);
    PEM_write_X509(file, certificate);
    std::fclose(file);
  }
  ~PemFile() { std::filesystem::remove(path_); }
  PemFile(const PemFile&) = delete;
  PemFile& operator=(const PemFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// What a send to https://localhost becomes, with the server's certificate for `name`, trusted or not.
Event sent_over_tls(const char* name, bool trusted, std::atomic<int>& requests) {
  const Key key(EVP_RSA_gen(2048), EVP_PKEY_free);
  const auto certificate = self_signed(key.get(), name);
  const PemFile file(certificate.get());
  BasicHttpStand<httplib::SSLServer> stand(certificate.get(), key.get());
  stand.server.Post(".*", [&](const httplib::Request& request, httplib::Response& response) {
    ++requests;
    const char* wanted = SSL_get_servername(request.ssl, TLSEXT_NAMETYPE_host_name);
    response.status = 201;
    response.set_content(
        R"({"object":"MessageSent","message_id":"msg_tls )" + std::string(wanted == nullptr ? "" : wanted) + R"("})",
        "application/json");
  });
  auto options = options_for(stand.start("https", "localhost"));
  if (trusted) options.ca_file = file.path();
  return sent_with(options);
}

}  // namespace

TEST_CASE("TLS: a trusted certificate with the right name") {
  std::atomic<int> requests{0};
  CHECK(std::get<SendSucceeded>(sent_over_tls("DNS:localhost", true, requests)).provider_id ==
        ProviderMessageId("msg_tls localhost"));  // the server was told whom the client wants
  CHECK(requests == 1);
}

TEST_CASE("TLS: an unknown authority and a wrong name are refused before anything is sent") {
  std::atomic<int> requests{0};
  for (const auto& event :
       {sent_over_tls("DNS:localhost", false, requests), sent_over_tls("DNS:other.example.com", true, requests)}) {
    CHECK(std::get<SendFailed>(event).failure == SendFailure::retryable);
    CHECK(std::get<SendFailed>(event).detail == "the server's certificate is not accepted");
  }
  CHECK(requests == 0);
}
