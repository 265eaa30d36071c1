/// What an operator can get wrong in the options, said in the option's own name. Pure.
#pragma once

#include "transport/web_sockets.hpp"

#include <sessioncore/elevenlabs/options.hpp>
#include <sessioncore/result.hpp>

namespace sessioncore::elevenlabs {

/// The addresses of the options, taken apart.
struct Addresses {
  std::string base_url;  ///< "scheme://host:port"
  Proxy proxy;
};

[[nodiscard]] Result<Addresses> check_options(const Options& options);

}  // namespace sessioncore::elevenlabs
