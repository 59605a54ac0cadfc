using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Duramen.Conformance.Tests.Servers;

/// <summary>
/// Stands between clients and a server, and cuts a connection when the server answered a produce request, before the client sees the answer: the records are
/// stored, and the client cannot know.
/// </summary>
internal sealed class SeveringProxy : IAsyncDisposable
{
    private const short ProduceKey = 0;
    private const int HeaderBytes = 6;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly List<Task> _connections = [];
    private readonly int _cuts;
    private IPEndPoint? _server;
    private Task _accepting = Task.CompletedTask;
    private int _produced;
    private int _severed;

    /// <param name="cuts">How many answers are lost; every second answer is until then.</param>
    public SeveringProxy(int cuts)
    {
        _cuts = cuts;
        _listener.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many answers were lost so far.</summary>
    public int Severed => Volatile.Read(ref _severed);

    public void ForwardTo(IPEndPoint server)
    {
        _server = server;
        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ForwardAsync(await _listener.AcceptSocketAsync(_ended.Token)));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The listener was stopped.
        }
    }

    private async Task ForwardAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            await server.ConnectAsync(_server!);
            using var cut = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
            // Responses come in the order of the requests, so the keys of the requests say what the responses are.
            var keys = new Queue<short>();
            await Task.WhenAll(
                CopyAsync(client, server, header => Remember(keys, header), cut),
                CopyAsync(server, client, _ => IsLost(keys), cut));
        }
    }

    private static bool Remember(Queue<short> keys, byte[] header)
    {
        lock (keys)
        {
            keys.Enqueue(BinaryPrimitives.ReadInt16BigEndian(header.AsSpan(sizeof(int))));
        }

        return false;
    }

    private bool IsLost(Queue<short> keys)
    {
        short key;
        lock (keys)
        {
            key = keys.Dequeue();
        }

        if (key != ProduceKey || Interlocked.Increment(ref _produced) % 2 != 0 || Volatile.Read(ref _severed) >= _cuts)
        {
            return false;
        }

        Interlocked.Increment(ref _severed);
        return true;
    }

    // Copies whole frames, until one of them is to be lost.
    private static async Task CopyAsync(Socket from, Socket to, Func<byte[], bool> isLost, CancellationTokenSource cut)
    {
        try
        {
            using var input = new NetworkStream(from);
            byte[] header = new byte[HeaderBytes];
            while (true)
            {
                await input.ReadExactlyAsync(header, cut.Token);
                byte[] rest = new byte[BinaryPrimitives.ReadInt32BigEndian(header) - (HeaderBytes - sizeof(int))];
                await input.ReadExactlyAsync(rest, cut.Token);
                if (isLost(header))
                {
                    break;
                }

                await SendAsync(to, header, cut.Token);
                await SendAsync(to, rest, cut.Token);
            }
        }
        catch (Exception end) when (end is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side has ended, so the other one is ended too.
        }

        await cut.CancelAsync();
    }

    private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await to.SendAsync(bytes, cancellationToken)..];
        }
    }
}
