using System.Collections.Concurrent;
using System.Diagnostics;
using Duramen.Kafka.Messages;
using Duramen.Testing.Kafka;

namespace Duramen.Node.Tests;

public sealed class TracingTests
{
    [Fact]
    public async Task Each_request_is_an_activity_of_its_own()
    {
        string me = Guid.NewGuid().ToString();
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Duramen.Broker",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.GetTagItem("duramen.client.id") as string == me)
                {
                    ended.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using (DuramenNode node = await DuramenNode.StartAsync())
        {
            using WireClient client = await WireClient.ConnectAsync(node.KafkaEndPoint, me);
            await client.AskAsync(new MetadataRequest { Topics = null }, version: 9);
            await client.AskAsync(new FindCoordinatorRequest { Key = "g" }, version: 2);
        }

        Assert.Equal(["Metadata", "FindCoordinator"], ended.Select(activity => activity.OperationName));
        Assert.All(ended, activity => Assert.Null(activity.Parent));
    }
}
