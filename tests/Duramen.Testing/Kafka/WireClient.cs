using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Duramen.Kafka;
using Duramen.Kafka.Wire;

namespace Duramen.Testing.Kafka;

/// <summary>A client that says exactly what a test wants said, in the version that it wants, and nothing by itself.</summary>
public sealed class WireClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Socket _socket;
    private int _correlation;

    private WireClient(Socket socket, string clientId)
    {
        _socket = socket;
        ClientId = clientId;
    }

    /// <summary>What it calls itself in its requests.</summary>
    public string ClientId { get; set; }

    public static async Task<WireClient> ConnectAsync(IPEndPoint address, string clientId = "test")
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address);
        return new WireClient(socket, clientId);
    }

    /// <summary>Sends a request and returns its response.</summary>
    public async Task<TResponse> AskAsync<TRequest, TResponse>(IKafkaRequest<TRequest, TResponse> request, short version)
        where TRequest : IKafkaRequest<TRequest, TResponse>
        where TResponse : IKafkaResponse<TResponse>
    {
        int correlation = await SendAsync((TRequest)request, version);
        TResponse response = KafkaFrames.ReadResponse<TResponse>(await ReceiveAsync() ?? throw new IOException("The server closed the connection."), version, out int answered);
        return answered == correlation ? response : throw new IOException($"Response {answered} came for request {correlation}.");
    }

    /// <summary>Sends a request and returns its correlation id.</summary>
    public async Task<int> SendAsync<TRequest>(TRequest request, short version)
        where TRequest : IKafkaMessage<TRequest>
    {
        using var writer = new KafkaWriter();
        KafkaFrames.WriteRequest(writer, request, version, ++_correlation, ClientId);
        await SendAsync(writer.ToArray());
        return _correlation;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes)..];
        }
    }

    /// <summary>The next frame without its size; null when the server closed the connection.</summary>
    public async Task<byte[]?> ReceiveAsync()
    {
        byte[]? size = await ReceiveAsync(sizeof(int));
        return size is null ? null : await ReceiveAsync(BinaryPrimitives.ReadInt32BigEndian(size));
    }

    public void Dispose() => _socket.Dispose();

    private async Task<byte[]?> ReceiveAsync(int count)
    {
        byte[] bytes = new byte[count];
        using var patience = new CancellationTokenSource(Patience);
        for (int received = 0; received < count;)
        {
            int more;
            try
            {
                more = await _socket.ReceiveAsync(bytes.AsMemory(received), patience.Token);
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
