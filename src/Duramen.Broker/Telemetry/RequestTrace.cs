using System.Diagnostics;
using Duramen.Kafka;

namespace Duramen.Broker.Telemetry;

/// <summary>A request from its beginning to its response, for those who measure.</summary>
/// <param name="Api">The API.</param>
/// <param name="RequestBytes">The size of the request.</param>
/// <param name="Began">The clock's timestamp when it began; 0 when nobody measures durations.</param>
/// <param name="Activity">The activity; null when nobody listens.</param>
internal readonly record struct RequestTrace(KafkaApi Api, int RequestBytes, long Began, Activity? Activity)
{
    /// <summary>Leaves the activity running and makes it no longer the current one: the next request of the connection is no part of it.</summary>
    public void Leave()
    {
        if (Activity is not null)
        {
            Activity.Current = Activity.Parent;
        }
    }
}
