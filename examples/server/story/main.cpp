// sessiond-story: plays the whole story against a server it starts, and against running stand-ins of the providers.
#include "story.hpp"

#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>

int main(int argc, char** argv) {
  using namespace sessioncore::story;
  WorldOptions options;
  int patience_seconds = 60;
  CLI::App app{"Plays and checks the story of the README against a real server"};
  app.add_option("--server", options.server_program, "the sessiond program")->required();
  app.add_option("--config", options.config_file, "its configuration")->required();
  app.add_option("--server-log", options.server_log, "where its log goes")->required();
  app.add_option("--unipile", options.unipile_url, "address of the running Unipile stand-in")->required();
  app.add_option("--elevenlabs", options.elevenlabs_url, "address of the running ElevenLabs stand-in")->required();
  app.add_option("--email", options.email, "the operator who logs in")->required();
  app.add_option("--password", options.password, "the operator's password")->required();
  app.add_option("--port", options.port, "where the server listens; 0: any free port");
  app.add_option("--patience", patience_seconds, "seconds anything may take to come true");
  CLI11_PARSE(app, argc, argv);
  options.patience = std::chrono::seconds(patience_seconds);

  Teller teller;
  try {
    World world(options);
    world.start_server();
    teller.note("the server listens on " + world.server_url());
    Story(world, teller).play();
    const int code = world.stop_server();
    if (code != 0) throw StepFailed("after SIGTERM the server ended with " + std::to_string(code));
    teller.passed("after SIGTERM the server has ended in good order");
    teller.summary();
    return 0;
  } catch (const std::exception& error) {
    std::printf("\nFAILED: %s\nThe server's log: %s\n", error.what(), options.server_log.c_str());
    return 1;
  }
}
