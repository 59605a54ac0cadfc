using Duramen.Broker.Tests.Handlers;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Testing.Kafka;

namespace Duramen.Broker.Tests.Fetches;

/// <summary>
/// A reader of one topic that keeps a fetch session as Apache Kafka's own client does: it remembers what it named, sends the difference, leaves out what is paused,
/// begins anew when the session is refused, and expects of each answer what that client checks.
/// </summary>
internal sealed class SessionClient(string topic, int partitions) : IDisposable
{
    private readonly Dictionary<int, long> _named = [];
    private WireClient? _client;
    private int _id;
    private int _epoch;

    /// <summary>What was read of each partition, in order.</summary>
    public List<string>[] Read { get; } = [.. Enumerable.Range(0, partitions).Select(_ => new List<string>())];

    /// <summary>The partitions that are not to be read now.</summary>
    public HashSet<int> Paused { get; } = [];

    /// <summary>The number of its session; 0 for none.</summary>
    public int SessionId => _id;

    /// <summary>How many answers were those of a session, and told less than everything.</summary>
    public int Differences { get; private set; }

    /// <summary>Fetches once.</summary>
    public async Task FetchAsync(TestBroker broker, int maxBytes, int maxWaitMs)
    {
        _client ??= await broker.ConnectAsync();
        Dictionary<int, long> wanted = Enumerable.Range(0, partitions).Where(index => !Paused.Contains(index)).ToDictionary(index => index, index => (long)Read[index].Count);
        if (wanted.Count == 0)
        {
            return;
        }

        FetchResponse response = await _client.AskAsync(Request(wanted, maxBytes, maxWaitMs), version: 11);
        if (response.ErrorCode != KafkaError.None)
        {
            Assert.Contains(response.ErrorCode, new[] { KafkaError.FetchSessionIdNotFound, KafkaError.InvalidFetchSessionEpoch });
            Assert.True(_epoch > 0);
            Forget();
            return;
        }

        int[] told = [.. response.Topics.SelectMany(some => some.Partitions).Select(partition => partition.Index)];
        Assert.Equal(told.Length, told.Distinct().Count());
        if (_epoch > 0)
        {
            Assert.Equal(_id, response.SessionId);
            Assert.Empty(told.Except(wanted.Keys));
            Differences += told.Length < wanted.Count ? 1 : 0;
        }
        else
        {
            Assert.Equal(wanted.Keys.Order(), told.Order());
        }

        (_id, _epoch) = (response.SessionId, response.SessionId == 0 ? 0 : _epoch + 1);
        _named.Clear();
        foreach ((int index, long offset) in _id == 0 ? [] : wanted)
        {
            _named.Add(index, offset);
        }

        foreach (FetchResponse.Partition partition in response.Topics.SelectMany(some => some.Partitions))
        {
            Assert.Equal(KafkaError.None, partition.ErrorCode);
            Read[partition.Index].AddRange(TestBroker.Values(partition.Records));
        }
    }

    /// <summary>Loses its connection, and with it what it knew of its session.</summary>
    public void Disconnect()
    {
        _client?.Dispose();
        _client = null;
        Forget();
    }

    public void Dispose() => _client?.Dispose();

    private void Forget()
    {
        _epoch = 0;
        _named.Clear();
    }

    private FetchRequest Request(Dictionary<int, long> wanted, int maxBytes, int maxWaitMs)
    {
        FetchRequest.Partition[] changed =
        [
            .. wanted.Where(partition => !_named.TryGetValue(partition.Key, out long named) || named != partition.Value)
                .Select(partition => new FetchRequest.Partition { Index = partition.Key, FetchOffset = partition.Value, MaxBytes = 1 << 20 }),
        ];
        int[] forgotten = [.. _named.Keys.Except(wanted.Keys)];
        return new FetchRequest
        {
            MinBytes = 1,
            MaxBytes = maxBytes,
            MaxWaitMs = maxWaitMs,
            SessionId = _id,
            SessionEpoch = _epoch,
            Topics = changed.Length == 0 ? [] : [new() { Name = topic, Partitions = [.. changed] }],
            ForgottenTopics = forgotten.Length == 0 ? [] : [new() { Name = topic, PartitionIndexes = [.. forgotten] }],
        };
    }
}
