using Duramen.Client.Admin;
using Duramen.Client.Logs;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Log.Contract;

namespace Duramen.Client.Tests.Logs;

/// <summary>The contract of a log, kept by a partition of a node in this process.</summary>
public sealed class NodeRemoteLogTests(NodeRemoteLogTests.Node node) : LogContractTests, IClassFixture<NodeRemoteLogTests.Node>
{
    /// <summary>A broker checks producers and records, sets epochs itself, and takes one batch at a time on no condition.</summary>
    protected override LogAbilities Abilities => LogAbilities.None;

    protected override LeaderEpoch UnaskedEpoch => new(0);

    protected override async ValueTask<ILog> CreateAsync()
    {
        string topic = $"t-{Guid.NewGuid()}";
        await new AdminClient(node.Client).CreateTopicAsync(new NewTopic(topic)
        {
            // Records of 1970 stay, and large ones are taken.
            Configs = new Dictionary<string, string> { ["retention.ms"] = "-1", ["max.message.bytes"] = "8000000" },
        });
        return await RemoteLog.OpenAsync(node.Client, new TopicPartition(topic, 0));
    }

    protected override ValueTask CloseAsync(ILog log) => ((RemoteLog)log).DisposeAsync();

    public sealed class Node : IAsyncLifetime
    {
        private DuramenNode? _node;
        private KafkaClient? _client;

        public KafkaClient Client => _client!;

        public async Task InitializeAsync()
        {
            _node = await DuramenNode.StartAsync();
            _client = new KafkaClient(_node.BootstrapServers);
        }

        public async Task DisposeAsync()
        {
            await _client!.DisposeAsync();
            await _node!.DisposeAsync();
        }
    }
}
