package io.memdi.bench.load;

import io.memdi.bench.load.Limits.RoundTrip;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.FixedLengthFrameDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The round trip of {@link Limits} with an event-loop library (Netty, NIO), used as such a transport would be: whoever writes is another thread
 * than that of the event loop, at both ends.
 */
final class EventLoopLimit {
    private EventLoopLimit() {}

    /** Hands each message to a thread that is not the event loop's. */
    private static final class HandOver extends ChannelInboundHandlerAdapter {
        private final Thread wakes;
        private volatile long read;
        private long taken;

        /** Of the event loop. */
        private long count;

        HandOver(Thread wakes) {
            this.wakes = wakes;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ((ByteBuf) message).release();
            read = ++count;
            LockSupport.unpark(wakes);
        }

        /** Returns false if the thread was interrupted. */
        boolean await() {
            while (read == taken) {
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    return false;
                }
            }
            taken++;
            return true;
        }
    }

    /** Answers from a thread of its own. */
    private static final class Echo implements Runnable {
        private final Thread thread = new Thread(this, "limit-echo");
        private final HandOver hand = new HandOver(thread);
        private volatile @Nullable Channel channel;

        @Override
        public void run() {
            while (hand.await()) {
                write(Objects.requireNonNull(channel));
            }
        }
    }

    private static void write(Channel channel) {
        ByteBuf message = channel.alloc().ioBuffer(Limits.MESSAGE_BYTES);
        message.writeZero(Limits.MESSAGE_BYTES);
        ChannelFuture unused = channel.writeAndFlush(message, channel.voidPromise());
    }

    static RoundTrip roundTrip(int count) throws InterruptedException {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        Echo echo = new Echo();
        echo.thread.setDaemon(true);
        try {
            Channel server = new ServerBootstrap()
                    .group(group)
                    .channel(NioServerSocketChannel.class)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childHandler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel channel) {
                            echo.channel = channel;
                            channel.pipeline().addLast(new FixedLengthFrameDecoder(Limits.MESSAGE_BYTES), echo.hand);
                        }
                    })
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .sync()
                    .channel();
            HandOver hand = new HandOver(Thread.currentThread());
            Channel near = new Bootstrap()
                    .group(group)
                    .channel(NioSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .handler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel channel) {
                            channel.pipeline().addLast(new FixedLengthFrameDecoder(Limits.MESSAGE_BYTES), hand);
                        }
                    })
                    .connect(server.localAddress())
                    .sync()
                    .channel();
            echo.thread.start();
            return measure(near, hand, count);
        } finally {
            echo.thread.interrupt();
            group.shutdownGracefully().syncUninterruptibly();
        }
    }

    private static RoundTrip measure(Channel near, HandOver hand, int count) {
        Histogram histogram = new Histogram(3);
        long cpu = 0;
        for (int i = -count / 2; i < count; i++) {
            if (i == 0) {
                cpu = Cpu.nanos();
            }
            long begun = System.nanoTime();
            write(near);
            hand.await();
            if (i >= 0) {
                histogram.recordValue(System.nanoTime() - begun);
            }
        }
        long used = Cpu.nanos() - cpu;
        return new RoundTrip(histogram.getValueAtPercentile(50), histogram.getValueAtPercentile(99), used / count);
    }
}
