namespace Duramen.Client.Connections;

/// <summary>
/// What a connection to a broker is for. A broker answers in order, so that what waits at the broker has a connection of its own.
/// </summary>
internal enum ConnectionLane
{
    /// <summary>Requests that are answered as soon as the broker can.</summary>
    Prompt,

    /// <summary>Fetches, which wait for records.</summary>
    Fetch,

    /// <summary>Joins of a group, which wait for its other members.</summary>
    Group,
}
