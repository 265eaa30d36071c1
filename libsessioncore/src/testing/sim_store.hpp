// The store of a simulation: in memory, failing on request, and dishonest under sabotage.
#pragma once

#include <sessioncore/testing/fault_store.hpp>
#include <sessioncore/testing/memory_store.hpp>
#include <sessioncore/testing/simulator.hpp>

namespace sessioncore::testing {

// What sabotage does to a commit, both in the store and before the eyes of the checkers.
[[nodiscard]] Commit sabotaged(Commit commit, Sabotage sabotage, const MemoryStore& store);

class SimStore {
 public:
  explicit SimStore(Sabotage sabotage) : gate_(memory_, sabotage), faulty_(gate_) {}
  SimStore(const SimStore&) = delete;
  SimStore& operator=(const SimStore&) = delete;

  [[nodiscard]] FaultStore& port() { return faulty_; }
  [[nodiscard]] MemoryStore& truth() { return memory_; }

 private:
  class Gate final : public ForwardingStore {
   public:
    Gate(MemoryStore& memory, Sabotage sabotage) : ForwardingStore(memory), memory_(memory), sabotage_(sabotage) {}
    Result<void> commit(std::span<const Commit> batch) override;

   private:
    const MemoryStore& memory_;
    Sabotage sabotage_;
  };

  MemoryStore memory_;
  Gate gate_;
  FaultStore faulty_;
};

}  // namespace sessioncore::testing
