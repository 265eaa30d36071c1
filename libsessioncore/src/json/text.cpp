#include "json/text.hpp"

#include <vector>

namespace sessioncore::json::detail {
namespace {

/// Builds the document while it is read, and stops when it gets too deep. Never quotes the text in its error.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  [[nodiscard]] Result<Json> take() {
    if (!error_.empty()) return Error{ErrorCode::corrupt, error_};
    return std::move(root_);
  }

  bool null() override { return put(nullptr) != nullptr; }
  bool boolean(bool value) override { return put(value) != nullptr; }
  bool number_integer(number_integer_t value) override { return put(value) != nullptr; }
  bool number_unsigned(number_unsigned_t value) override { return put(value) != nullptr; }
  bool number_float(number_float_t value, const string_t&) override { return put(value) != nullptr; }
  bool string(string_t& value) override { return put(std::move(value)) != nullptr; }
  bool binary(binary_t&) override { return false; }  // JSON text has no such value
  bool start_object(std::size_t) override { return open(Json::value_t::object); }
  bool start_array(std::size_t) override { return open(Json::value_t::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    field_ = &(*open_.back())[name];
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    error_ = "not JSON from byte " + std::to_string(position);
    return false;
  }

 private:
  template <class Value>
  Json* put(Value&& value) {
    if (open_.empty()) {
      root_ = std::forward<Value>(value);
      return &root_;
    }
    if (open_.back()->is_array()) {
      open_.back()->push_back(std::forward<Value>(value));
      return &open_.back()->back();
    }
    *field_ = std::forward<Value>(value);
    return field_;
  }

  bool open(Json::value_t kind) {
    if (open_.size() == kDepthMax) {
      error_ = "nested deeper than " + std::to_string(kDepthMax) + " levels";
      return false;
    }
    open_.push_back(put(Json(kind)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  Json root_;
  std::vector<Json*> open_;  ///< a container does not move while one inside it is open
  Json* field_ = nullptr;
  std::string error_;
};

}  // namespace

Result<Json> parse(std::string_view text) {
  Builder builder;
  (void)Json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

std::string print(const Json& document) {
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sessioncore::json::detail
