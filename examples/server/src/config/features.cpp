#include "config/features.hpp"

#include "tenants.hpp"

namespace sessioncore::server {

bool is_known_feature(const std::string& feature) {
  return feature == kWhatsAppFeature;
}

std::string known_features() {
  return kWhatsAppFeature;
}

}  // namespace sessioncore::server
