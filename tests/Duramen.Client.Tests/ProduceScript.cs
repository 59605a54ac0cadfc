using System.Collections.Concurrent;
using System.Text;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Records.Batches;

namespace Duramen.Client.Tests;

/// <summary>
/// Partitions of a scripted broker that take batches as a real leader does: sequence numbers are checked, and what comes again is recognised. A test may
/// answer a request itself first.
/// </summary>
internal sealed class ProduceScript
{
    private readonly Dictionary<(string Topic, int Partition), (List<string> Values, Dictionary<(long Id, short Epoch), List<(int First, int Next, long Offset)>> Known)> _partitions = [];
    private int _requests;

    public ProduceScript(ScriptedBroker broker) => broker.Answer = async (header, frame) =>
        await AnswerAsync(ScriptedBroker.Read<ProduceRequest>(header, frame));

    /// <summary>Looks at each request, counted from 0, first: an error refuses all of it, null lets it through.</summary>
    public Func<int, ProduceRequest, Task<KafkaError?>> Before { get; set; } = (_, _) => Task.FromResult<KafkaError?>(null);

    /// <summary>The requests whose batches are taken, and whose answer is then withheld with the connection.</summary>
    public HashSet<int> Withheld { get; } = [];

    /// <summary>The first sequence number and the producer id of each batch that came, in order.</summary>
    public ConcurrentQueue<(long ProducerId, int BaseSequence)> Came { get; } = new();

    public IReadOnlyList<string> Values(int partition = 0) => _partitions.TryGetValue(("t", partition), out var found) ? found.Values : [];

    private async Task<IKafkaMessage?> AnswerAsync(ProduceRequest request)
    {
        int number = _requests++;
        KafkaError? refused = await Before(number, request);
        var response = new ProduceResponse();
        foreach (ProduceRequest.Topic topic in request.Topics)
        {
            response.Topics.Add(new()
            {
                Name = topic.Name,
                Partitions = [.. topic.Partitions.Select(partition => Take(topic.Name, partition, refused))],
            });
        }

        return Withheld.Contains(number) ? null : response;
    }

    private ProduceResponse.Partition Take(string topic, ProduceRequest.Partition partition, KafkaError? refused)
    {
        Assert.True(RecordBatchView.TryRead(partition.Records.ToMemory().Span, out RecordBatchView batch));
        Assert.True(batch.IsChecksumValid);
        Came.Enqueue((batch.ProducerId.Value, batch.BaseSequence));
        var answer = new ProduceResponse.Partition { Index = partition.Index, BaseOffset = -1 };
        if (refused is not null)
        {
            answer.ErrorCode = refused.Value;
            return answer;
        }

        if (!_partitions.TryGetValue((topic, partition.Index), out var state))
        {
            state = ([], []);
            _partitions.Add((topic, partition.Index), state);
        }

        if (batch.ProducerId.IsSome)
        {
            if (!state.Known.TryGetValue((batch.ProducerId.Value, batch.ProducerEpoch), out List<(int First, int Next, long Offset)>? known))
            {
                state.Known[(batch.ProducerId.Value, batch.ProducerEpoch)] = known = [];
            }

            int first = batch.BaseSequence;
            if (known.FindIndex(earlier => earlier.First == first) is >= 0 and int index)
            {
                answer.BaseOffset = known[index].Offset;
                return answer;
            }

            if ((known.Count == 0 ? 0 : known[^1].Next) != first)
            {
                answer.ErrorCode = KafkaError.OutOfOrderSequenceNumber;
                return answer;
            }

            known.Add((first, first + batch.RecordCount, state.Values.Count));
        }

        answer.BaseOffset = state.Values.Count;
        using var decoder = new RecordBatchDecoder();
        Assert.True(decoder.Open(batch, out RecordReader records).IsNone);
        while (records.TryRead(out RecordView record))
        {
            state.Values.Add(Encoding.UTF8.GetString(record.Value.Span));
        }

        return answer;
    }
}
