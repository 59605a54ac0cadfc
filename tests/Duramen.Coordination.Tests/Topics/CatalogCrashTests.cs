using System.Globalization;
using Duramen.Coordination.Catalog;
using Duramen.Coordination.Producers;
using Duramen.Coordination.Topics;
using Duramen.Coordination.Topics.Commands;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk.Simulated;
using Duramen.Log;
using Duramen.State.Machines;
using Duramen.Storage;
using Duramen.Storage.Folders;

namespace Duramen.Coordination.Tests.Topics;

/// <summary>
/// The power is cut at a disk operation of a run of changes, at every few of them in turn. Afterwards every change that was acknowledged is there, at most the one
/// that was under way besides, the logs are those that the catalog says, and no producer id is given out twice.
/// </summary>
public sealed class CatalogCrashTests
{
    private const string Root = "/data";

    // A run has about 250 operations, and a case takes a seventh of a second: with three seeds every fourth operation is met.
    private const int Stride = 13;

    private static readonly StorageOptions Options = new() { JournalFileSizeBytes = 64 * 1024, JournalFilesMax = 3, MaintenanceInterval = TimeSpan.Zero };

    // The changes, and what there is after each: the topics with their partitions and retention.
    private static readonly (ICommand<ClusterCatalog, TopicResult> Command, string Topics)[] Changes =
    [
        (Create(1, "a", 2), "a:2:604800000"),
        (Create(2, "b", 1), "a:2:604800000 b:1:604800000"),
        (new DeleteTopic("a"), "b:1:604800000"),
        (Create(3, "a", 1), "a:1:604800000 b:1:604800000"),
        (new AddPartitions("b", 3), "a:1:604800000 b:3:604800000"),
        (new ReplaceConfigs("b", [new("retention.ms", "5")]), "a:1:604800000 b:3:5"),
        (new DeleteTopic("b"), "a:1:604800000"),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_power_cut_at_any_moment_loses_no_acknowledged_change_and_leaves_no_log_over(ulong seed)
    {
        int crashes = 0;
        for (long crashAt = (long)seed; ; crashAt += Stride)
        {
            var disk = new SimulatedDisk(seed);
            Run run = await RunAsync(disk, crashAt, changeCount: Changes.Length);
            if (!run.HasCrashed)
            {
                break;
            }

            crashes++;
            disk.PowerCut(seed + ((ulong)crashAt * 2));
            string repro = string.Create(CultureInfo.InvariantCulture, $"seed {seed}, crash at operation {crashAt}, {run.Acknowledged} acknowledged\n{disk.Trace}");
            await using Node node = await Node.OpenAsync(disk);
            string found = string.Join(' ', node.Directory.Topics.Select(Text));
            string[] possible = [.. Enumerable.Range(run.Acknowledged, 2).Where(count => count <= Changes.Length).Select(After)];
            Assert.True(possible.Contains(found), $"found '{found}', expected one of '{string.Join("', '", possible)}'; {repro}");
            Assert.True(node.LogsAgree, $"{string.Join(", ", node.LogNames)}; {repro}");
            ProducerId next = await new ProducerIdAllocator(node.Catalog).NextAsync();
            Assert.True(next.Value > run.LastProducerId, $"{next} after {run.LastProducerId}; {repro}");
        }

        Assert.True(crashes > Changes.Length, $"{crashes} crashes");
    }

    private static string After(int count) => count == 0 ? "" : Changes[count - 1].Topics;

    private static string Text(ServedTopic topic) =>
        string.Create(CultureInfo.InvariantCulture, $"{topic.Topic.Name}:{topic.Logs.Count}:{topic.Topic.Settings.Log.RetentionMs}");

    private static CreateTopic Create(byte id, string name, int partitions) => new(new Guid(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, id), name) { PartitionCount = partitions };

    /// <summary>Makes the changes until the power is cut.</summary>
    private static async Task<Run> RunAsync(SimulatedDisk disk, long crashAt, int changeCount)
    {
        var run = new Run(false, 0, -1);
        disk.CrashAt = crashAt;
        Node? node = null;
        try
        {
            node = await Node.OpenAsync(disk);
            for (int i = 0; i < changeCount; i++)
            {
                var ids = new ProducerIdAllocator(node.Catalog);
                run = run with { LastProducerId = (await ids.NextAsync()).Value };
                TopicResult result = await node.Directory.ExecuteAsync(Changes[i].Command);
                Assert.Equal(TopicError.None, result.Error);
                run = run with { Acknowledged = i + 1 };
            }

            disk.CrashAt = 0;
            await node.DisposeAsync();
            return run;
        }
        catch (Exception cause) when (cause is SimulatedCrashException or DuramenException)
        {
            if (node is not null)
            {
                await node.AbandonAsync();
            }

            return run with { HasCrashed = true };
        }
    }

    private sealed record Run(bool HasCrashed, int Acknowledged, long LastProducerId);

    /// <summary>What of a node the catalog needs.</summary>
    private sealed class Node : IAsyncDisposable
    {
        private readonly DataFolder _folder;

        private Node(DataFolder folder, MachineKeeper<ClusterCatalog> catalog, TopicDirectory directory)
        {
            _folder = folder;
            Catalog = catalog;
            Directory = directory;
        }

        public MachineKeeper<ClusterCatalog> Catalog { get; }

        public TopicDirectory Directory { get; }

        public IEnumerable<string> LogNames => _folder.Logs.Select(log => log.Name);

        /// <summary>Whether there is the catalog's log, one for each partition, and no other.</summary>
        public bool LogsAgree => LogNames.Order(StringComparer.Ordinal).SequenceEqual(
            Directory.Topics.SelectMany(topic => topic.Logs).Select(log => log.Name).Append(ClusterCatalog.LogName).Order(StringComparer.Ordinal));

        public static async Task<Node> OpenAsync(SimulatedDisk disk)
        {
            DataFolder folder = await DataFolder.OpenAsync(disk, Root, Options);
            MachineKeeper<ClusterCatalog>? catalog = null;
            try
            {
                ILogStore store = folder;
                IReplicaLog log = store.Find(ClusterCatalog.LogName) ?? await store.CreateAsync(ClusterCatalog.LogName, ClusterCatalog.LogOptions);
                catalog = new MachineKeeper<ClusterCatalog>(() => new ClusterCatalog(), log);
                return new Node(folder, catalog, await TopicDirectory.OpenAsync(catalog, store));
            }
            catch
            {
                await CloseAsync(catalog, folder);
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            Directory.Dispose();
            await Catalog.DisposeAsync();
            await _folder.DisposeAsync();
        }

        public async ValueTask AbandonAsync()
        {
            Directory.Dispose();
            await CloseAsync(Catalog, _folder);
        }

        // The disk is gone: what closing still wants to write is lost, and that is the point.
        private static async ValueTask CloseAsync(MachineKeeper<ClusterCatalog>? catalog, DataFolder folder)
        {
            try
            {
                if (catalog is not null)
                {
                    await catalog.DisposeAsync();
                }

                await folder.DisposeAsync();
            }
            catch (Exception cause) when (cause is SimulatedCrashException or DuramenException)
            {
            }
        }
    }
}
