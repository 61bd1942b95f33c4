// Peer of the HTTP bench: Boost.Beast with plain async_read and async_write on one thread.
// SPDX-License-Identifier: BSD-3-Clause

// Shaped after Beast's own asynchronous server example, less the file serving and the strands that
// a single thread does not need; its timeout per operation stays, as Troupe has deadlines too.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

// The date header's text; formatted once a second, as every serious server does.
const std::string& date_text() {
  static std::time_t formatted_at = 0;
  static std::string text;
  if (const auto now = std::time(nullptr); now != formatted_at) {
    char buffer[64];
    std::tm parts{};
    gmtime_r(&now, &parts);
    text.assign(buffer, std::strftime(buffer, sizeof buffer, "%a, %d %b %Y %H:%M:%S GMT", &parts));
    formatted_at = now;
  }
  return text;
}

class session : public std::enable_shared_from_this<session> {
public:
  explicit session(tcp::socket socket) : stream_(std::move(socket)) {}

  void read() {
    request_ = {};
    stream_.expires_after(std::chrono::seconds(30));
    http::async_read(stream_, buffer_, request_,
                     [self = shared_from_this()](beast::error_code ec, std::size_t) {
                       if (!ec)
                         self->write();
                     });
  }

private:
  void write() {
    response_ = {http::status::ok, request_.version()};
    response_.set(http::field::date, date_text());
    response_.set(http::field::server, "beast");
    response_.set(http::field::content_type, "text/plain; charset=utf-8");
    response_.keep_alive(request_.keep_alive());
    response_.body() = "Hello, World!";
    response_.prepare_payload();
    http::async_write(stream_, response_,
                      [self = shared_from_this()](beast::error_code ec, std::size_t) {
                        if (!ec)
                          self->written();
                      });
  }

  void written() {
    if (response_.keep_alive()) {
      read();
      return;
    }
    beast::error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  http::response<http::string_body> response_;
};

void accept(tcp::acceptor& acceptor) {
  acceptor.async_accept([&acceptor](beast::error_code ec, tcp::socket socket) {
    if (!ec) {
      socket.set_option(tcp::no_delay(true), ec);
      std::make_shared<session>(std::move(socket))->read();
    }
    accept(acceptor);
  });
}

} // namespace

int main(int argc, char** argv) {
  const int port = argc == 3 && std::string_view{argv[1]} == "--port" ? std::atoi(argv[2]) : 0;
  if (port <= 0 || port > 65535) {
    std::cerr << "usage: beast_server --port N\n";
    return 2;
  }
  try {
    asio::io_context loop{1};
    tcp::acceptor acceptor{loop,
                           {asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)}};
    accept(acceptor);
    loop.run();
  } catch (const std::exception& failure) {
    std::cerr << "beast_server: " << failure.what() << '\n';
    return 1;
  }
}
