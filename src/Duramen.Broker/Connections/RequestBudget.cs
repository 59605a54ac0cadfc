namespace Duramen.Broker.Connections;

/// <summary>
/// The bytes of requests that a broker may hold at one time. Those that are still arriving have half of it together: however many clients announce large
/// requests and send them slowly, requests that are whole find room.
/// </summary>
/// <param name="capacityBytes">The bytes there are.</param>
internal sealed class RequestBudget(long capacityBytes)
{
    /// <summary>What every request takes its bytes from, until it is answered.</summary>
    public ByteBudget All { get; } = new(capacityBytes);

    /// <summary>What a request takes its bytes from besides, and first, until it is whole.</summary>
    public ByteBudget Arriving { get; } = new(capacityBytes / 2);
}
