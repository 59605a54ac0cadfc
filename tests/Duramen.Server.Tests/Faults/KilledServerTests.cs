using System.Globalization;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Kafka.Wire;
using Duramen.Server.Tests.Load;
using Duramen.Server.Tests.Processes;
using Duramen.Testing.Kafka;
using Xunit.Abstractions;

namespace Duramen.Server.Tests.Faults;

/// <summary>The server ends under load, over and over. <c>DURAMEN_FAULTS_ROUNDS=N</c> makes the loops longer.</summary>
public sealed class KilledServerTests(ITestOutputHelper output) : IDisposable
{
    private static readonly int Rounds =
        int.TryParse(Environment.GetEnvironmentVariable("DURAMEN_FAULTS_ROUNDS"), CultureInfo.InvariantCulture, out int rounds) ? rounds : 5;

    private readonly string _root = Directory.CreateTempSubdirectory("duramen-server-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public Task A_killed_server_loses_and_doubles_nothing_that_it_acknowledged() => RunAsync(server => server.Kill());

    [Fact]
    public async Task A_request_that_was_begun_is_answered_by_a_server_that_is_told_to_stop()
    {
        using ServerProcess server = ServerProcess.Start(Path.Combine(_root, "data"));
        using WireClient client = await server.ConnectAsync();
        await client.AskAsync(new MetadataRequest { Topics = [new() { Name = "t" }] }, version: 9);
        await client.SendAsync(
            new FetchRequest { MinBytes = 1, MaxBytes = 1000, MaxWaitMs = 30_000, Topics = [new() { Name = "t", Partitions = [new() { Index = 0, MaxBytes = 1000 }] }] }, version: 11);
        using (var http = new HttpClient())
        {
            while (!(await http.GetStringAsync(new Uri($"http://{server.Http}/metrics"))).Contains("\nduramen_broker_requests_inflight 1\n", StringComparison.Ordinal))
            {
                await Task.Delay(10);
            }
        }

        Task<int> stopping = Task.Run(server.Stop);
        FetchResponse response = KafkaFrames.ReadResponse<FetchResponse>((await client.ReceiveAsync())!, 11, out _);
        Assert.Equal(KafkaError.None, response.Topics[0].Partitions[0].ErrorCode);
        Assert.Null(await client.ReceiveAsync());
        Assert.Equal(0, await stopping);
    }

    [Fact]
    public Task A_server_that_is_told_to_stop_under_load_ends_with_0_and_has_all_that_it_acknowledged() => RunAsync(server =>
    {
        int code = server.Stop();
        Assert.Equal((0, ""), (code, server.Errors));
    });

    private async Task RunAsync(Action<ServerProcess> end)
    {
        string folder = Path.Combine(_root, "data");
        ServerProcess server = ServerProcess.Start(folder);
        try
        {
            await Workload.PrepareAsync(server.Kafka);
            await using var load = new Workload(server.Kafka);
            for (int round = 0; round < Rounds; round++)
            {
                await load.ProgressAsync(200 + (round * 173 % 700));
                load.ServerGoes();
                end(server);
                server.Dispose();
                server = ServerProcess.Start(folder);
                load.ServerIs(server.Kafka);
            }

            await load.ProgressAsync(100);
            await load.VerifyAsync();
            output.WriteLine($"{Rounds} ends, {load.Acknowledged} acknowledged requests");
        }
        finally
        {
            server.Dispose();
        }
    }
}
