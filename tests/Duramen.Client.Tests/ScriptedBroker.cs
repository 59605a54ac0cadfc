using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Kafka.Wire;

namespace Duramen.Client.Tests;

/// <summary>
/// A broker that does what a test tells it: it leads every partition of every topic, gives out producer ids, and asks the test what to answer to
/// everything else. It answers one request after the other.
/// </summary>
internal sealed class ScriptedBroker : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly Task _accepting;
    private long _nextProducerId = 100;

    public ScriptedBroker()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public int Partitions { get; init; } = 1;

    /// <summary>The highest version of ApiVersions that it knows.</summary>
    public short HandshakeVersion { get; init; } = 3;

    /// <summary>What is answered; null ends the connection.</summary>
    public Func<RequestHeader, ReadOnlyMemory<byte>, Task<IKafkaMessage?>> Answer { get; set; } = (_, _) => Task.FromResult<IKafkaMessage?>(null);

    public ConcurrentQueue<ApiKey> Asked { get; } = new();

    public int Connections { get; private set; }

    public static T Read<T>(RequestHeader header, ReadOnlyMemory<byte> frame)
        where T : IKafkaMessage<T>
    {
        var reader = new KafkaReader(frame);
        RequestHeader.Read(ref reader);
        return T.Read(ref reader, header.ApiVersion);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_serving);
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_closing.Token);
                Connections++;
                _serving.Add(ServeAsync(socket));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It was disposed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using Socket owned = socket;
        await using var stream = new NetworkStream(socket);
        try
        {
            while (true)
            {
                var prefix = new byte[sizeof(int)];
                await stream.ReadExactlyAsync(prefix, _closing.Token);
                var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(prefix)];
                await stream.ReadExactlyAsync(frame, _closing.Token);
                (RequestHeader header, IKafkaMessage? answer, short version) = await AnswerAsync(frame);
                if (answer is null)
                {
                    return;
                }

                using var writer = new KafkaWriter();
                FrameStart start = writer.BeginFrame();
                new ResponseHeader(header.CorrelationId).Write(writer, header.Api!, version);
                answer.Write(writer, version);
                writer.EndFrame(start);
                await stream.WriteAsync(writer.ToArray(), _closing.Token);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side, or the test, ended it.
        }
    }

    private async Task<(RequestHeader Header, IKafkaMessage? Answer, short Version)> AnswerAsync(byte[] frame)
    {
        RequestHeader header = ReadHeader(frame);
        Asked.Enqueue((ApiKey)header.ApiKey);
        return (ApiKey)header.ApiKey switch
        {
            ApiKey.ApiVersions when header.ApiVersion > HandshakeVersion => (header, new ApiVersionsResponse { ErrorCode = KafkaError.UnsupportedVersion }, (short)0),
            ApiKey.ApiVersions => (header, Versions(), header.ApiVersion),
            ApiKey.Metadata => (header, Metadata(Read<MetadataRequest>(header, frame)), header.ApiVersion),
            ApiKey.InitProducerId => (header, new InitProducerIdResponse { ProducerId = Interlocked.Increment(ref _nextProducerId) }, header.ApiVersion),
            _ => (header, await Answer(header, frame), header.ApiVersion),
        };
    }

    private static RequestHeader ReadHeader(byte[] frame)
    {
        var reader = new KafkaReader(frame);
        return RequestHeader.Read(ref reader);
    }

    private static ApiVersionsResponse Versions() => new()
    {
        Apis = [.. KafkaApis.All.Select(api => new ApiVersionsResponse.Api { Key = (short)api.Key, MinVersion = api.Versions.Min, MaxVersion = api.Versions.Max })],
    };

    private MetadataResponse Metadata(MetadataRequest request) => new()
    {
        Brokers = [new() { NodeId = 1, Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }],
        ControllerId = 1,
        Topics =
        [
            .. (request.Topics ?? []).Select(topic => new MetadataResponse.Topic
            {
                Name = topic.Name!,
                Partitions = [.. Enumerable.Range(0, Partitions).Select(index => new MetadataResponse.Partition { Index = index, LeaderId = 1 })],
            }),
        ],
    };
}
