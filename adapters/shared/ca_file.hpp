/// Whether a file of trusted certificates can be used: what an operator should hear at the start. Reads the file.
#pragma once

#include <memory>
#include <string>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

namespace sessioncore::adapters {

[[nodiscard]] inline bool holds_certificates(const std::string& pem_file) {
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), X509_STORE_free);
  const bool loaded = store != nullptr && X509_STORE_load_locations(store.get(), pem_file.c_str(), nullptr) == 1;
  ERR_clear_error();  // or this thread's next connection would be told of it
  return loaded;
}

}  // namespace sessioncore::adapters
