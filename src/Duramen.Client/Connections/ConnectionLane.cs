namespace Duramen.Client.Connections;

/// <summary>
/// What a connection to a broker is for. A broker answers in order, so that whatever waits at the broker, a fetch for records or a join for the other
/// members, has a lane of its own, and never shares it with another consumer.
/// </summary>
internal sealed class ConnectionLane
{
    /// <summary>Requests of everybody that are answered as soon as the broker can.</summary>
    public static ConnectionLane Prompt { get; } = new();
}
