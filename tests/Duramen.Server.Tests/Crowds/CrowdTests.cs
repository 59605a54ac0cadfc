using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Server.Tests.Processes;
using Duramen.Testing.Kafka;
using Xunit.Abstractions;

namespace Duramen.Server.Tests.Crowds;

/// <summary>Many connections of little use, or none at all, beside a healthy one.</summary>
public sealed class CrowdTests(ITestOutputHelper output) : IDisposable
{
    private const long MiB = 1 << 20;

    private readonly string _root = Directory.CreateTempSubdirectory("duramen-server-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Two_thousand_idle_connections_cost_little_memory_and_keep_nobody_from_being_served()
    {
        using ServerProcess server = ServerProcess.Start(Path.Combine(_root, "data"));
        await AssertServesAsync(server, 100);
        long before = server.ResidentBytes;
        List<Socket> crowd = await ConnectAllAsync(server.Kafka, 2000);
        await AssertServesAsync(server, 100);
        long after = server.ResidentBytes;
        output.WriteLine($"{before / MiB} MiB before, {after / MiB} MiB with the crowd");
        Assert.True(after - before < 100 * MiB, $"{before} bytes became {after}");
        crowd.ForEach(socket => socket.Dispose());
        Assert.Equal(0, server.Stop());
    }

    [Fact]
    public async Task Five_thousand_connections_that_trickle_a_large_request_cost_little_memory_and_keep_nobody_from_being_served()
    {
        using ServerProcess server = ServerProcess.Start(Path.Combine(_root, "data"));
        await AssertServesAsync(server, 100);
        long before = server.ResidentBytes;
        List<Socket> crowd = await ConnectAllAsync(server.Kafka, 5000);

        // The beginning of a produce request of 50 MB, then a byte at a time.
        byte[] head = new byte[12];
        BinaryPrimitives.WriteInt32BigEndian(head, 50_000_000);
        BinaryPrimitives.WriteInt16BigEndian(head.AsSpan(6), 9);
        foreach (Socket socket in crowd)
        {
            await socket.SendAsync(head);
        }

        for (int round = 0; round < 4; round++)
        {
            for (int number = 0; number < crowd.Count; number++)
            {
                try
                {
                    await crowd[number].SendAsync(new byte[1]);
                }
                catch (SocketException)
                {
                    // On a slow machine the server has given up a request that took so long; another one begins.
                    crowd[number].Dispose();
                    crowd[number] = await ConnectAsync(server.Kafka, number);
                    await crowd[number].SendAsync(head);
                }
            }

            await AssertServesAsync(server, 50);
        }

        long after = server.ResidentBytes;
        output.WriteLine($"{before / MiB} MiB before, {after / MiB} MiB with the crowd");
        Assert.True(after - before < 200 * MiB, $"{before} bytes became {after}");
        crowd.ForEach(socket => socket.Dispose());
        Assert.Equal(0, server.Stop());
    }

    [Fact]
    public async Task Clients_that_never_read_what_they_fetch_cost_bounded_memory_and_keep_nobody_from_being_served()
    {
        const int Deaf = 100;

        // The runtime ends a process that needs more than this.
        using ServerProcess server = ServerProcess.Start(Path.Combine(_root, "data"), ("DOTNET_GCHeapHardLimit", "0x40000000"));
        using WireClient healthy = await server.ConnectAsync();
        await MakeTopicAsync(healthy);
        for (int batch = 0; batch < 60; batch++)
        {
            Assert.Equal(KafkaError.None, await ProduceAsync(healthy, new byte[900_000]));
        }

        long before = server.ResidentBytes;
        var crowd = new List<WireClient>();
        for (int number = 0; number < Deaf; number++)
        {
            WireClient client = await server.ConnectAsync();
            crowd.Add(client);
            await client.SendAsync(
                new FetchRequest
                {
                    MinBytes = 1,
                    MaxBytes = 100 << 20,
                    Topics = [new() { Name = "t", Partitions = [new() { Index = 0, MaxBytes = 100 << 20 }] }],
                },
                version: 11);
        }

        await AssertServesAsync(server, 100);
        long after = server.ResidentBytes;
        output.WriteLine($"{before / MiB} MiB before, {after / MiB} MiB with the crowd");
        Assert.True(after - before < 600 * MiB, $"{before} bytes became {after}");
        crowd.ForEach(client => client.Dispose());
        Assert.Equal(0, server.Stop());
    }

    private static async Task<List<Socket>> ConnectAllAsync(IPEndPoint server, int count)
    {
        var crowd = new List<Socket>(count);
        for (int number = 0; number < count; number++)
        {
            crowd.Add(await ConnectAsync(server, number));
        }

        return crowd;
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint server, int number)
    {
        // From several addresses, since each has a limit of its own.
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)(number / 1000)]), 0));
        await socket.ConnectAsync(server);
        return socket;
    }

    private static async Task AssertServesAsync(ServerProcess server, int rounds)
    {
        using WireClient client = await server.ConnectAsync();
        await MakeTopicAsync(client);
        for (int round = 0; round < rounds; round++)
        {
            Assert.Equal(KafkaError.None, await ProduceAsync(client, new byte[100]));
        }
    }

    private static async Task MakeTopicAsync(WireClient client) =>
        Assert.Equal(KafkaError.None, (await client.AskAsync(new MetadataRequest { Topics = [new() { Name = "t" }] }, version: 9)).Topics[0].ErrorCode);

    private static async Task<KafkaError> ProduceAsync(WireClient client, byte[] value)
    {
        using var builder = new Duramen.Records.Batches.RecordBatchBuilder();
        builder.Append(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), default, value);
        ProduceResponse response = await client.AskAsync(
            new ProduceRequest { Acks = -1, TimeoutMs = 30_000, Topics = [new() { Name = "t", Partitions = [new() { Index = 0, Records = builder.Build().ToArray() }] }] }, version: 9);
        return response.Topics[0].Partitions[0].ErrorCode;
    }
}
