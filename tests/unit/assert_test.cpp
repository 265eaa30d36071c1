#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sessioncore/assert.hpp>
#include <sessioncore/core/step.hpp>

using namespace sessioncore;

namespace {

void throw_instead(const char* what, const char* file, int line) {
  throw std::logic_error(std::string(what) + " " + (std::string(file).empty() ? "?" : "file") + " " +
                         (line > 0 ? "line" : "?"));
}

void come_back(const char*, const char*, int) {}

// How a child process ends that runs `work`.
template <class Work>
int status_of_child(Work work) {
  const pid_t child = fork();
  if (child == 0) {
    // Nobody wants a core file or a sanitizer's report of what is meant to happen.
    static_cast<void>(std::signal(SIGABRT, SIG_DFL));
    static_cast<void>(std::freopen("/dev/null", "w", stderr));
    work();
    std::_Exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

}  // namespace

TEST_CASE("a broken duty reaches the host's handler") {
  const AssertHandler former = set_assert_handler(throw_instead);
  Conversation state;
  state.last_step_at = Instant{2'000};
  CHECK_THROWS_WITH_AS(static_cast<void>(step(state, Tick{}, Policy{}, Instant{1'999})),
                       "step: now lies before the previous step of this chat file line", std::logic_error);
  CHECK_NOTHROW(static_cast<void>(step(state, Tick{}, Policy{}, Instant{2'000})));
  CHECK((set_assert_handler(former) == throw_instead));
}

TEST_CASE("a handler that comes back ends the program: what follows would rely on what is not so") {
  const int status = status_of_child([] {
    set_assert_handler(come_back);
    Conversation state;
    state.last_step_at = Instant{2'000};
    static_cast<void>(step(state, Tick{}, Policy{}, Instant{1'999}));
  });
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGABRT);
}

TEST_CASE("P3: work of the agent in a phase that is not its own is noticed, not acted on") {
  const AssertHandler former = set_assert_handler(throw_instead);
  Conversation state;
  state.phase = HumanActive{UserId("ada"), Instant{1'000}};
  state.link.stage = LinkStage::backing_off;  // no step leaves it like this
  state.link.deadline = Instant{2'000};
  CHECK_THROWS_WITH_AS(static_cast<void>(step(state, Tick{}, Policy{}, Instant{2'000})),
                       "step: the agent has a link or a turn in a phase that is not its own file line",
                       std::logic_error);
  state.phase = AiActive{};
  CHECK(step(state, Tick{}, Policy{}, Instant{2'000}).next.link.stage == LinkStage::closed);
  set_assert_handler(former);
}

TEST_CASE("null brings the default handler back, which ends the program") {
  const AssertHandler former = set_assert_handler(throw_instead);
  CHECK((set_assert_handler(nullptr) == throw_instead));
  const int status = status_of_child([] { SESSIONCORE_ASSERT(1 + 1 == 3, "arithmetic"); });
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGABRT);
  set_assert_handler(former);
}
