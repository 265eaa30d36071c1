/// Exports of the old system, written by tests: documents in both modes of MongoDB's extended JSON.
///
/// Thread rule: one thread.
#pragma once

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

#include <sessioncore/instant.hpp>

namespace e2e {

using nlohmann::json;

/// How dates, numbers and ids are spelled.
enum class Spelling { canonical, relaxed, plain };

/// 24 hexadecimal digits, as the old system's ids.
inline std::string object_id(std::uint32_t kind, std::uint32_t number) {
  char text[32];
  std::snprintf(text, sizeof text, "%08x%08x%08x", 0x65a00000U, kind, number);
  return text;
}

class OldExport {
 public:
  OldExport(std::string folder, Spelling spelling) : folder_(std::move(folder)), spelling_(spelling) {}

  [[nodiscard]] json id(const std::string& id) const {
    return spelling_ == Spelling::plain ? json(id) : json{{"$oid", id}};
  }
  [[nodiscard]] json date(sessioncore::Instant at) const {
    if (spelling_ == Spelling::canonical) return {{"$date", {{"$numberLong", std::to_string(at.ms)}}}};
    if (spelling_ == Spelling::relaxed) return {{"$date", iso(at)}};
    return iso(at);
  }
  [[nodiscard]] json number(int value) const {
    return spelling_ == Spelling::canonical ? json{{"$numberInt", std::to_string(value)}} : json(value);
  }

  /// Adds a line to `<collection>.ndjson`.
  void add(const std::string& collection, const json& document) const { add_text(collection, document.dump() + "\n"); }
  void add_text(const std::string& collection, const std::string& text) const {
    std::ofstream(path(collection), std::ios::binary | std::ios::app) << text;
  }
  [[nodiscard]] std::string path(const std::string& collection) const { return folder_ + "/" + collection + ".ndjson"; }
  [[nodiscard]] const std::string& folder() const { return folder_; }

  // Documents with the fields of S4.

  [[nodiscard]] json chat(const std::string& chat, const std::string& tenant, const std::string& provider_chat,
                          sessioncore::Instant at) const {
    return {{"_id", id(chat)},
            {"tenant_id", id(tenant)},
            {"unipile_chat_id", provider_chat},
            {"unipile_account_id", "acc_1"},
            {"contact_name", "Ayse"},
            {"contact_phone", "+905551112233"},
            {"last_message_at", date(at)},
            {"last_message_preview", "as it was"},
            {"message_count", number(2)},
            {"createdAt", date(at)},
            {"updatedAt", date(at)}};
  }
  [[nodiscard]] json session(const std::string& session, const std::string& chat, const std::string& status,
                             sessioncore::Instant at) const {
    return {{"_id", id(session)},       {"chat_id", id(chat)},        {"tenant_id", id(object_id(9, 1))},
            {"status", status},         {"resolved_by", nullptr},     {"started_at", date(at)},
            {"resolved_at", nullptr},   {"grace_deadline", nullptr},  {"taken_over_by", nullptr},
            {"taken_over_at", nullptr}, {"message_count", number(1)}, {"createdAt", date(at)},
            {"updatedAt", date(at)}};
  }
  [[nodiscard]] json message(const std::string& message, const std::string& chat, const json& session,
                             const std::string& text, sessioncore::Instant at) const {
    return {{"_id", id(message)},
            {"chat_id", id(chat)},
            {"session_id", session},
            {"tenant_id", id(object_id(9, 1))},
            {"unipile_message_id", "um_" + message},
            {"sender", "contact"},
            {"sender_name", "Ayse"},
            {"text", text},
            {"sent_via_unipile", false},
            {"createdAt", date(at)}};
  }

 private:
  [[nodiscard]] static std::string iso(sessioncore::Instant at) {
    const std::time_t seconds = at.ms / 1000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900, parts.tm_mon + 1,
                  parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, static_cast<int>(at.ms % 1000));
    return text;
  }

  std::string folder_;
  Spelling spelling_;
};

}  // namespace e2e
