using System.Net;
using System.Net.Sockets;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Server.Tests.Processes;
using Duramen.Testing.Kafka;

namespace Duramen.Server.Tests.Telemetry;

public sealed class TelemetryExportTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("duramen-server-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_receiver_gets_the_metrics_and_the_traces_of_what_clients_asked_for()
    {
        await using var receiver = new OtlpReceiver();
        using ServerProcess server = ServerProcess.Start(
            Path.Combine(_root, "data"),
            ("DURAMEN__TELEMETRY__OTLPENDPOINT", receiver.Address),
            ("DURAMEN__TELEMETRY__INTERVALSECONDS", "1"),
            ("DURAMEN__TELEMETRY__TRACERATIO", "1"),
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=a-test"));
        await AskAsync(server);
        await UntilAsync(() => receiver.Posted("/v1/metrics").Contains("duramen.broker.requests", StringComparison.Ordinal));
        await UntilAsync(() => receiver.Posted("/v1/traces").Contains("Metadata", StringComparison.Ordinal));

        // What came since is sent when the server stops.
        await AskAsync(server, new DescribeClusterRequest(), version: 0);
        Assert.Equal((0, ""), (server.Stop(), server.Errors));
        string metrics = receiver.Posted("/v1/metrics");
        string traces = receiver.Posted("/v1/traces");
        Assert.All(
            ["service.name", "duramen", "a-test", "duramen.broker.request.duration", "duramen.broker.connections", "dotnet.gc.collections", "DescribeCluster"],
            expected => Assert.Contains(expected, metrics, StringComparison.Ordinal));
        Assert.All(["service.name", "messaging.system", "DescribeCluster"], expected => Assert.Contains(expected, traces, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_keeps_nobody_waiting()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string nowhere = taken.LocalEndpoint.ToString()!;
        taken.Stop();
        using ServerProcess server = ServerProcess.Start(
            Path.Combine(_root, "data"), ("DURAMEN__TELEMETRY__OTLPENDPOINT", $"http://{nowhere}"), ("DURAMEN__TELEMETRY__TRACERATIO", "1"));
        await AskAsync(server);
        Assert.Equal((0, ""), (server.Stop(), server.Errors));
    }

    private static async Task AskAsync(ServerProcess server)
    {
        using WireClient client = await server.ConnectAsync();
        Assert.Equal(KafkaError.None, (await client.AskAsync(new MetadataRequest { Topics = [new() { Name = "t" }] }, version: 9)).Topics[0].ErrorCode);
    }

    private static async Task AskAsync<TRequest, TResponse>(ServerProcess server, IKafkaRequest<TRequest, TResponse> request, short version)
        where TRequest : IKafkaRequest<TRequest, TResponse>
        where TResponse : IKafkaResponse<TResponse>
    {
        using WireClient client = await server.ConnectAsync();
        await client.AskAsync(request, version);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (int looks = 0; !condition(); looks++)
        {
            Assert.True(looks < 6000, "It did not become true.");
            await Task.Delay(10);
        }
    }
}
