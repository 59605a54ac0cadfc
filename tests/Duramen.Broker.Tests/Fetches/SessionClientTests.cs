using Duramen.Broker.Tests.Handlers;
using Duramen.Core.Random;
using Duramen.Kafka;
using Duramen.Testing.Kafka;

namespace Duramen.Broker.Tests.Fetches;

public sealed class SessionClientTests
{
    private const int Partitions = 40;
    private const int Batches = 400;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Readers_with_sessions_read_every_record_once_whatever_they_pause_and_whatever_ends_their_sessions(int seed)
    {
        await using TestBroker broker = await TestBroker.StartAsync(options => options with { MaxFetchSessions = 2 });
        using WireClient writer = await broker.ConnectAsync("t", Partitions);
        Prng random = Prng.ForStream(11, "sessions", seed);
        var written = new List<string>[Partitions];
        SessionClient[] readers = [.. Enumerable.Range(0, 3).Select(_ => new SessionClient("t", Partitions))];
        for (int partition = 0; partition < Partitions; partition++)
        {
            written[partition] = [];
        }

        for (int batch = 0; batch < Batches; batch++)
        {
            // A few partitions get most, as anywhere.
            int partition = random.NextInt32(1 + random.NextInt32(Partitions));
            string[] values = [.. Enumerable.Range(0, 1 + random.NextInt32(3)).Select(record => $"{batch}:{record}:{new string('x', random.NextInt32(300))}")];
            Assert.Equal(written[partition].Count, (await TestBroker.ProduceAsync(writer, "t", TestBroker.Batch(values), partition)).BaseOffset);
            written[partition].AddRange(values);
            foreach (SessionClient reader in readers)
            {
                await StepAsync(broker, reader, random);
            }
        }

        Assert.All(readers, reader => reader.Paused.Clear());
        foreach (SessionClient reader in readers)
        {
            for (int fetches = 0; reader.Read.Sum(read => read.Count) < written.Sum(some => some.Count); fetches++)
            {
                Assert.True(fetches < 10_000);
                await reader.FetchAsync(broker, maxBytes: 2_000, maxWaitMs: 1_000);
            }

            Assert.Equal(written, reader.Read);
            reader.Dispose();
        }

        Assert.InRange(readers.Sum(reader => reader.Differences), Batches / 4, int.MaxValue);
    }

    private static async Task StepAsync(TestBroker broker, SessionClient reader, Prng random)
    {
        switch (random.NextInt32(20))
        {
            case 0:
                reader.Disconnect();
                break;
            case 1:
                broker.Broker.Sessions.End(reader.SessionId);
                break;
            case < 8:
                int partition = random.NextInt32(Partitions);
                if (!reader.Paused.Remove(partition))
                {
                    reader.Paused.Add(partition);
                }

                break;
        }

        if (random.NextInt32(4) != 0)
        {
            await reader.FetchAsync(broker, maxBytes: 1 + random.NextInt32(2_000), maxWaitMs: 0);
        }
    }
}
