// Cuts TCP connections of this process from the outside of the HTTP library, which offers no way to answer nothing.
#pragma once

namespace sessioncore::simulators {

// Resets the accepted connection whose other end has this port: the client sees a lost connection, no bytes.
void cut_connection_from(int local_port, int remote_port);
// Ends every connection accepted on this port, so that a stopping server need not wait for idle ones.
void end_connections_on(int local_port);

}  // namespace sessioncore::simulators
