#include "sessioncore/elevenlabs/connector.hpp"

#include "transport/check_options.hpp"
#include "transport/links.hpp"

#include <exception>
#include <utility>

namespace sessioncore::elevenlabs {

Result<std::unique_ptr<ElevenLabsConnector>> ElevenLabsConnector::create(Options options, PostEvent post) {
  if (!post) return Error{ErrorCode::invalid_argument, "elevenlabs: post is empty"};
  const auto addresses = check_options(options);
  if (!addresses) return addresses.error();
  try {
    auto links = std::make_unique<Links>(std::move(options), *addresses, std::move(post));
    return std::unique_ptr<ElevenLabsConnector>(new ElevenLabsConnector(std::move(links)));
  } catch (const std::exception& failed) {
    return Error{ErrorCode::invalid_argument, std::string("elevenlabs.") + failed.what()};
  }
}

ElevenLabsConnector::ElevenLabsConnector(std::unique_ptr<Links> links) : links_(std::move(links)) {}
ElevenLabsConnector::~ElevenLabsConnector() = default;

void ElevenLabsConnector::open(const LinkId& link, const AgentId& agent, const ChatFacts& chat) {
  links_->open(link, agent, chat);
}
void ElevenLabsConnector::ask(const LinkId& link, const std::string& context, const std::string& question) {
  links_->ask(link, context, question);
}
void ElevenLabsConnector::answer_tool(const LinkId& link, const std::string& call_id, bool ok) {
  links_->answer_tool(link, call_id, ok);
}
void ElevenLabsConnector::close(const LinkId& link) {
  links_->close(link);
}
void ElevenLabsConnector::shutdown() {
  links_->shutdown();
}
std::size_t ElevenLabsConnector::link_count() const {
  return links_->count();
}

}  // namespace sessioncore::elevenlabs
