using System.Globalization;
using System.Text;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Records.Batches;
using Duramen.Testing.Kafka;

namespace Duramen.Server.Tests.Load;

/// <summary>
/// An idempotent producer, which numbers its records. It sends the same batch until it is told where it is, and now and then goes before it can be told.
/// </summary>
internal sealed class ProducerClient(int number) : LoadClient
{
    private const int GoesEvery = 11;

    private readonly int _partition = number % Workload.Partitions;

    // Where the first record of each batch is that was acknowledged.
    private readonly List<(int First, long Offset)> _acknowledged = [];
    private long _id = -1;
    private int _next;
    private byte[]? _unanswered;
    private int _unansweredCount;
    private int _gone = -1;

    public override async Task<bool> StepAsync(WireClient client)
    {
        if (_id < 0)
        {
            InitProducerIdResponse init = await client.AskAsync(new InitProducerIdRequest { TransactionTimeoutMs = 1000 }, version: 4);
            _id = init.ErrorCode == KafkaError.None ? init.ProducerId : -1;
            return false;
        }

        _unanswered ??= Batch();
        var request = new ProduceRequest
        {
            Acks = -1,
            TimeoutMs = 30_000,
            Topics = [new() { Name = Workload.Topic, Partitions = [new() { Index = _partition, Records = _unanswered }] }],
        };
        if (_next % GoesEvery == 0 && _gone != _next)
        {
            _gone = _next;
            await client.SendAsync(request, version: 9);
            throw new IOException("The producer goes before it is answered.");
        }

        ProduceResponse response = await client.AskAsync(request, version: 9);
        ProduceResponse.Partition answer = response.Topics[0].Partitions[0];
        if (answer.ErrorCode != KafkaError.None)
        {
            Assert.True(answer.ErrorCode.IsRetriable, $"Producer {number} at {_next}: {answer.ErrorCode} {answer.ErrorMessage}");
            return false;
        }

        _acknowledged.Add((_next, answer.BaseOffset));
        _next += _unansweredCount;
        _unanswered = null;
        return true;
    }

    public override async Task VerifyAsync(WireClient client)
    {
        var found = new List<long>();
        foreach ((long offset, string text) in await Reading.AllAsync(client, Workload.Topic, _partition))
        {
            string[] words = text.Split(':');
            if (int.Parse(words[0], CultureInfo.InvariantCulture) == number)
            {
                Assert.Equal(found.Count, int.Parse(words[1], CultureInfo.InvariantCulture));
                found.Add(offset);
            }
        }

        // A batch whose answer was lost may be there, once.
        Assert.True(found.Count == _next || found.Count == _next + _unansweredCount, $"Producer {number} was told of {_next} records; {found.Count} are there.");
        Assert.All(_acknowledged, batch => Assert.Equal(batch.Offset, found[batch.First]));
    }

    private byte[] Batch()
    {
        _unansweredCount = 1 + (_next % 7);
        using var builder = new RecordBatchBuilder();
        builder.SetProducer(new ProducerId(_id), 0, _next);
        for (int record = _next; record < _next + _unansweredCount; record++)
        {
            builder.Append(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), default, Encoding.UTF8.GetBytes($"{number}:{record}:{new string('.', record * 37 % 900)}"));
        }

        return builder.Build().ToArray();
    }
}
