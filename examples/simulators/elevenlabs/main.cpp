// elevenlabs-simulator: the stand-in as a process of its own.

#include "elevenlabs_simulator.hpp"
#include "wait_for_signal.hpp"

#include <iostream>

#include <CLI/CLI.hpp>

int main(int argc, char** argv) {
  using sessioncore::simulators::ElevenLabsSimulator;
  ElevenLabsSimulator::Config config;
  std::vector<std::string> agents;
  int reply_delay_ms = 0;

  CLI::App app{"A stand-in for the ElevenLabs conversation service"};
  app.add_option("--port", config.port, "port to listen on; 0 takes a free one")->check(CLI::Range(0, 65535));
  app.add_option("--host", config.host, "address to listen on");
  app.add_option("--api-key", config.api_key, "the xi-api-key to accept; without it any key will do");
  app.add_option("--agent-id", agents, "an agent that exists (repeatable; agent_1 if none is given)");
  app.add_option("--reply-delay-ms", reply_delay_ms, "how long the agent thinks")->check(CLI::NonNegativeNumber);
  CLI11_PARSE(app, argc, argv);

  if (!agents.empty()) config.agent_ids = agents;
  config.options_json = "{\"reply_delay_ms\": " + std::to_string(reply_delay_ms) + "}";
  try {
    const sessioncore::simulators::SignalGate gate;
    ElevenLabsSimulator simulator(config);
    simulator.start();
    std::cout << "listening on " << simulator.base_url() << std::endl;
    gate.wait();
    simulator.stop();
  } catch (const std::exception& error) {
    std::cerr << "elevenlabs-simulator: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
