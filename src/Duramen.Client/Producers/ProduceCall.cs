using Duramen.Kafka;
using Duramen.Kafka.Messages;

namespace Duramen.Client.Producers;

/// <summary>One request on its way to one broker, at most one batch of each partition in it, and what came of it.</summary>
internal sealed class ProduceCall(int brokerId)
{
    public int BrokerId => brokerId;

    public List<ProduceBatch> Batches { get; } = [];

    public int SizeBytes { get; private set; }

    public ProduceResponse? Response { get; set; }

    public ClientException? Failure { get; set; }

    public void Add(ProduceBatch batch)
    {
        Batches.Add(batch);
        SizeBytes += batch.Bytes.Length;
    }

    public ProduceRequest ToRequest(RequiredAcks acks, int timeoutMs)
    {
        var request = new ProduceRequest { Acks = (short)acks, TimeoutMs = timeoutMs };
        foreach (ProduceBatch batch in Batches)
        {
            TopicPartition partition = batch.Queue.Partition;
            ProduceRequest.Topic? topic = request.Topics.Find(known => known.Name == partition.Topic);
            if (topic is null)
            {
                topic = new() { Name = partition.Topic };
                request.Topics.Add(topic);
            }

            topic.Partitions.Add(new() { Index = partition.Partition, Records = (ReadOnlyMemory<byte>)batch.Bytes });
        }

        return request;
    }

    /// <summary>The answer for one of the batches; one that the broker left out counts as a failure of the broker.</summary>
    public ProduceResponse.Partition AnswerFor(TopicPartition partition)
    {
        foreach (ProduceResponse.Topic topic in Response?.Topics ?? [])
        {
            if (topic.Name == partition.Topic && topic.Partitions.Find(answer => answer.Index == partition.Partition) is { } found)
            {
                return found;
            }
        }

        return new() { Index = partition.Partition, ErrorCode = KafkaError.UnknownServerError, BaseOffset = -1 };
    }
}
