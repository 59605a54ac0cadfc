using System.Text;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Records.Batches;
using Duramen.Testing.Kafka;

namespace Duramen.Server.Tests.Load;

/// <summary>Reads what is in a partition.</summary>
internal static class Reading
{
    /// <summary>All records with their offsets, each batch checked as a client would.</summary>
    public static async Task<List<(long Offset, string Value)>> AllAsync(WireClient client, string topic, int partition)
    {
        var values = new List<(long Offset, string Value)>();
        using var decoder = new RecordBatchDecoder();
        for (long next = 0; ;)
        {
            FetchResponse response = await client.AskAsync(
                new FetchRequest
                {
                    MaxWaitMs = 0,
                    MaxBytes = 8 << 20,
                    Topics = [new() { Name = topic, Partitions = [new() { Index = partition, FetchOffset = next, MaxBytes = 8 << 20 }] }],
                },
                version: 11);
            FetchResponse.Partition fetched = response.Topics[0].Partitions[0];
            Assert.Equal(KafkaError.None, fetched.ErrorCode);
            ReadOnlyMemory<byte> rest = fetched.Records.ToMemory();
            if (rest.IsEmpty)
            {
                Assert.Equal(fetched.HighWatermark, next);
                return values;
            }

            while (!rest.IsEmpty)
            {
                BatchFault fault = RecordBatchValidator.CheckDeep(rest.Span, BatchRules.ForStoredBatches, nowMs: 0, decoder, out RecordBatchView batch);
                Assert.True(fault.IsNone, fault.ToString());
                Assert.Equal(next, batch.BaseOffset.Value);
                decoder.Open(batch, out RecordReader reader);
                while (reader.TryRead(out RecordView record))
                {
                    ReadOnlySpan<byte> value = record.Value;
                    values.Add((next++, Encoding.UTF8.GetString(value)));
                }

                rest = rest[batch.SizeBytes..];
            }
        }
    }
}
