using System.Buffers.Binary;
using System.Net.Sockets;

namespace Duramen.Broker.Tests.Connections;

/// <summary>A socket that speaks frames, and anything else a test wants to send.</summary>
internal sealed class TestClient(Socket socket) : IDisposable
{
    public static byte[] Request(short apiKey, int correlation, int sizeBytes = 8)
    {
        byte[] frame = new byte[4 + sizeBytes];
        BinaryPrimitives.WriteInt32BigEndian(frame, sizeBytes);
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(4), apiKey);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(8), correlation);
        for (int index = 12; index < frame.Length; index++)
        {
            frame[index] = (byte)(index * 31);
        }

        return frame;
    }

    public async Task SendAsync(params byte[][] parts)
    {
        foreach (byte[] part in parts)
        {
            int sent = 0;
            while (sent < part.Length)
            {
                sent += await socket.SendAsync(part.AsMemory(sent));
            }
        }
    }

    /// <summary>The next response without its length; null when the server closed.</summary>
    public async Task<byte[]?> ReceiveAsync()
    {
        byte[]? head = await ReceiveBytesAsync(4);
        return head is null ? null : await ReceiveBytesAsync(BinaryPrimitives.ReadInt32BigEndian(head));
    }

    public async Task<int> ReceiveCorrelationAsync()
    {
        byte[]? response = await ReceiveAsync();
        Assert.NotNull(response);
        return BinaryPrimitives.ReadInt32BigEndian(response.AsSpan(4));
    }

    /// <summary>Asserts that the server closed the connection without sending anything more.</summary>
    public async Task AssertClosedAsync() => Assert.Null(await ReceiveBytesAsync(1));

    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => socket.Dispose();

    private async Task<byte[]?> ReceiveBytesAsync(int count)
    {
        byte[] bytes = new byte[count];
        int received = 0;
        while (received < count)
        {
            int more;
            try
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
                more = await socket.ReceiveAsync(bytes.AsMemory(received), patience.Token);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
            {
                more = 0;
            }

            if (more == 0)
            {
                return null;
            }

            received += more;
        }

        return bytes;
    }
}
