using System.Diagnostics;
using Duramen.Client.Admin;
using Duramen.Client.Consumers;
using Duramen.Coordination.Groups;

namespace Duramen.Client.Tests.Consumers;

/// <summary>Groups in which this client and librdkafka's (in kcat) share partitions, whichever of them leads.</summary>
public sealed class MixedGroupTests : IAsyncLifetime, IDisposable
{
    private readonly CancellationTokenSource _hangs = new(TimeSpan.FromSeconds(90));
    private DuramenNode _node = null!;
    private KafkaClient _client = null!;
    private Process? _other;

    public async Task InitializeAsync()
    {
        _node = await DuramenNode.StartAsync(new DuramenNodeOptions { DefaultPartitions = 4, Groups = new GroupOptions { InitialRebalanceDelayMs = 0 } });
        _client = new KafkaClient(new ClientOptions { BootstrapServers = _node.BootstrapServers, Seed = 1 });
        await new AdminClient(_client).CreateTopicAsync(new NewTopic("t"));
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _node.DisposeAsync();
    }

    public void Dispose()
    {
        _other?.Kill();
        _other?.Dispose();
        _hangs.Dispose();
    }

    [Theory]
    [InlineData(GroupAssignor.Range, "range", true)]
    [InlineData(GroupAssignor.Range, "range", false)]
    [InlineData(GroupAssignor.CooperativeSticky, "cooperative-sticky", true)]
    [InlineData(GroupAssignor.CooperativeSticky, "cooperative-sticky", false)]
    public async Task Members_of_both_clients_share_the_partitions_and_take_over_from_each_other(GroupAssignor assignor, string name, bool leads)
    {
        await using var consumer = new Consumer(_client, new ConsumerOptions { GroupId = "g", HeartbeatIntervalMs = 50, SessionTimeoutMs = 10_000, FetchMaxWaitMs = 50, Assignors = [assignor] });
        if (!leads)
        {
            StartOther(name);
            await UntilMembersAsync(1);
        }

        consumer.Subscribe("t");
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(_hangs.Token);
        Task reading = ReadOnAsync(consumer, stopped.Token);
        if (leads)
        {
            await UntilAsync(() => consumer.Positions.Count == 4);
            StartOther(name);
        }

        await UntilMembersAsync(2);
        await UntilAsync(() => consumer.Positions.Count == 2);
        Assert.Equal(name, (await UntilMembersAsync(2)).Protocol);

        _other!.Kill();
        await UntilAsync(() => consumer.Positions.Count == 4);
        await stopped.CancelAsync();
        await reading;
    }

    private void StartOther(string assignor) => _other = Process.Start(new ProcessStartInfo("kcat",
    [
        "-b", _node.BootstrapServers, "-q", "-X", $"partition.assignment.strategy={assignor}", "-X", "session.timeout.ms=6000", "-X", "heartbeat.interval.ms=100", "-G", "g", "t",
    ])
    { RedirectStandardOutput = true })!;

    private async Task<GroupDescription> UntilMembersAsync(int count)
    {
        var admin = new AdminClient(_client);
        while (true)
        {
            GroupDescription group = await admin.DescribeGroupAsync("g", _hangs.Token);
            if (group.State == "Stable" && group.Members.Count == count)
            {
                return group;
            }

            await Task.Delay(20, _hangs.Token);
        }
    }

    private static async Task ReadOnAsync(Consumer consumer, CancellationToken stopped)
    {
        try
        {
            await foreach (ConsumedBatch _ in consumer.ReadBatchesAsync(stopped))
            {
            }
        }
        catch (OperationCanceledException)
        {
            // The test ends it.
        }
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(5, _hangs.Token);
        }
    }
}
