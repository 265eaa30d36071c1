// unipile-simulator: the stand-in as a process of its own.

#include "unipile_simulator.hpp"
#include "wait_for_signal.hpp"

#include <iostream>

#include <CLI/CLI.hpp>

int main(int argc, char** argv) {
  using sessioncore::simulators::UnipileSimulator;
  UnipileSimulator::Config config;

  CLI::App app{"A stand-in for the Unipile WhatsApp bridge"};
  app.add_option("--port", config.port, "port to listen on; 0 takes a free one")->check(CLI::Range(0, 65535));
  app.add_option("--host", config.host, "address to listen on");
  app.add_option("--api-key", config.api_key, "the X-API-KEY to accept; without it any key will do");
  app.add_option("--account-id", config.account_id, "the connected account");
  app.add_option("--account-phone", config.account_phone, "the account's own number");
  app.add_option("--webhook-url", config.webhook_urls, "where to deliver webhooks (repeatable)");
  app.add_option("--webhook-secret", config.webhook_secret, "sent with each delivery as x-unipile-secret");
  CLI11_PARSE(app, argc, argv);

  try {
    const sessioncore::simulators::SignalGate gate;
    UnipileSimulator simulator(config);
    simulator.start();
    std::cout << "listening on " << simulator.base_url() << std::endl;
    gate.wait();
    simulator.stop();
  } catch (const std::exception& error) {
    std::cerr << "unipile-simulator: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
