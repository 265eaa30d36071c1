#include "config/provider_options.hpp"

namespace sessioncore::server {

unipile::ClientOptions client_options(const UnipileConfig& config) {
  unipile::ClientOptions options;
  options.base_url = config.base_url;
  options.api_key = config.api_key;
  options.ca_file = config.ca_file;
  options.proxy = config.proxy;
  return options;
}

elevenlabs::Options client_options(const ElevenLabsConfig& config) {
  elevenlabs::Options options;
  options.base_url = config.base_url;
  options.api_key = config.api_key;
  options.ca_file = config.ca_file;
  options.proxy = config.proxy;
  options.text_only_override = config.text_only_override;
  return options;
}

}  // namespace sessioncore::server
