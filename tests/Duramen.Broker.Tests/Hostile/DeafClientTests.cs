using Duramen.Broker.Connections;
using Duramen.Broker.Tests.Connections;
using Duramen.Broker.Tests.Handlers;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Testing.Kafka;

namespace Duramen.Broker.Tests.Hostile;

/// <summary>Clients that ask for much and take none of it.</summary>
public sealed class DeafClientTests
{
    private const int CapacityBytes = 64 << 20;
    private const int BatchBytes = 100_000;

    [Fact]
    public async Task Clients_that_never_read_hold_bounded_memory_others_are_served_and_the_deaf_are_closed_soon()
    {
        await using HostileBroker broker = await HostileBroker.StartAsync(options => options with
        {
            Connections = new ConnectionLimits { MaxAnswerBytes = CapacityBytes },
        });
        using WireClient healthy = await broker.Broker.ConnectAsync("t");
        for (int batch = 0; batch < 200; batch++)
        {
            Assert.Equal(KafkaError.None, (await TestBroker.ProduceAsync(healthy, "t", TestBroker.Batch(new string('x', BatchBytes)))).ErrorCode);
        }

        const int Deaf = 60;
        var crowd = new List<WireClient>();
        for (int number = 0; number < Deaf; number++)
        {
            crowd.Add(await broker.Broker.ConnectAsync());
            for (int request = 0; request < 4; request++)
            {
                await crowd[number].SendAsync(TestBroker.Fetch("t", 0, maxBytes: 50 << 20), version: 11);
            }
        }

        AnswerBudget answers = broker.Broker.Broker.Answers;
        await TestListener.WaitUntilAsync(() => answers.HeldBytes > CapacityBytes / 2);
        for (int round = 0; round < 20; round++)
        {
            FetchResponse.Partition fetched = await TestBroker.FetchAsync(healthy, TestBroker.Fetch("t", round, maxBytes: 1 << 20));
            Assert.Equal(new string('x', BatchBytes), TestBroker.Values(fetched.Records)[0]);
            Assert.True(answers.HeldBytes < CapacityBytes + (Deaf * 2L * BatchBytes), $"{answers.HeldBytes} bytes");
        }

        await TestListener.WaitUntilAsync(() => answers.HeldBytes <= CapacityBytes / 2);
        crowd.ForEach(client => client.Dispose());
        healthy.Dispose();
        await broker.AssertUnharmedAsync("deaf clients");
        Assert.Equal(0, answers.HeldBytes);
    }
}
