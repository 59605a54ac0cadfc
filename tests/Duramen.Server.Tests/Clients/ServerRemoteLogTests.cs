using Duramen.Client;
using Duramen.Client.Admin;
using Duramen.Client.Logs;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Log.Contract;
using Duramen.Server.Tests.Processes;

namespace Duramen.Server.Tests.Clients;

/// <summary>The contract of a log, kept by a partition of a server that is another process.</summary>
public sealed class ServerRemoteLogTests(ServerRemoteLogTests.Server server) : LogContractTests, IClassFixture<ServerRemoteLogTests.Server>
{
    /// <summary>A broker checks producers and records, sets epochs itself, and takes one batch at a time on no condition.</summary>
    protected override LogAbilities Abilities => LogAbilities.None;

    protected override LeaderEpoch UnaskedEpoch => new(0);

    protected override async ValueTask<ILog> CreateAsync()
    {
        string topic = $"t-{Guid.NewGuid()}";
        await new AdminClient(server.Client).CreateTopicAsync(new NewTopic(topic)
        {
            // Records of 1970 stay, and large ones are taken.
            Configs = new Dictionary<string, string> { ["retention.ms"] = "-1", ["max.message.bytes"] = "8000000" },
        });
        return await RemoteLog.OpenAsync(server.Client, new TopicPartition(topic, 0));
    }

    protected override ValueTask CloseAsync(ILog log) => ((RemoteLog)log).DisposeAsync();

    public sealed class Server : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("duramen-").FullName;
        private ServerProcess? _process;
        private KafkaClient? _client;

        public KafkaClient Client => _client!;

        public Task InitializeAsync()
        {
            _process = ServerProcess.Start(_folder);
            _client = new KafkaClient(_process.Kafka.ToString());
            return Task.CompletedTask;
        }

        public async Task DisposeAsync()
        {
            await _client!.DisposeAsync();
            _process!.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
