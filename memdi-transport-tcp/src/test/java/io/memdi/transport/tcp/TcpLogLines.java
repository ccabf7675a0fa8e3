package io.memdi.transport.tcp;

import io.memdi.LogCapture;
import java.util.List;

/** Collects what the transport logs. */
final class TcpLogLines extends LogCapture {
    TcpLogLines() {
        super(List.of(TcpLog.LOG));
    }
}
