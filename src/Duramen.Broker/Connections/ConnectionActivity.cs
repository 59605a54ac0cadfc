namespace Duramen.Broker.Connections;

/// <summary>
/// What each side of a connection is waiting for, and since when, so that one timer for all connections can find those that wait too long. Marks
/// are plain stores of the side that owns them; a mark that is seen late delays a timeout by one look.
/// </summary>
internal sealed class ConnectionActivity
{
    private const long NotWaiting = long.MinValue;

    private readonly TimeProvider _time;
    private long _idleSince;
    private long _frameSince = NotWaiting;
    private long _writeSince = NotWaiting;

    public ConnectionActivity(TimeProvider time)
    {
        _time = time;
        _idleSince = time.GetTimestamp();
    }

    /// <summary>Nothing is under way: the next request is waited for.</summary>
    public void WaitsForRequest()
    {
        Volatile.Write(ref _frameSince, NotWaiting);
        Volatile.Write(ref _idleSince, _time.GetTimestamp());
    }

    /// <summary>The first bytes of a request are there; the time runs until it is whole.</summary>
    public void FrameBegan()
    {
        if (_frameSince == NotWaiting)
        {
            Volatile.Write(ref _frameSince, _time.GetTimestamp());
        }
    }

    /// <summary>The broker is at work, and the client waits for it.</summary>
    public void RequestsRan()
    {
        Volatile.Write(ref _frameSince, NotWaiting);
        Volatile.Write(ref _idleSince, NotWaiting);
    }

    /// <summary>The client is to take bytes.</summary>
    public void WriteBegan() => Volatile.Write(ref _writeSince, _time.GetTimestamp());

    /// <summary>The client took them; a client that waited long for an answer was not idle meanwhile.</summary>
    public void WriteEnded()
    {
        Volatile.Write(ref _writeSince, NotWaiting);
        if (Volatile.Read(ref _idleSince) != NotWaiting)
        {
            Volatile.Write(ref _idleSince, _time.GetTimestamp());
        }
    }

    /// <summary>Why the connection is to be closed now, if it is.</summary>
    public CloseReason Overdue(ConnectionLimits limits, TimeSpan stalledFor)
    {
        if (IsOver(Volatile.Read(ref _writeSince), stalledFor))
        {
            return CloseReason.StalledWrite;
        }

        long frameSince = Volatile.Read(ref _frameSince);
        if (frameSince != NotWaiting)
        {
            return IsOver(frameSince, limits.PartialFrameTimeout) ? CloseReason.PartialFrameTimeout : CloseReason.None;
        }

        return IsOver(Volatile.Read(ref _idleSince), limits.IdleTimeout) ? CloseReason.Idle : CloseReason.None;
    }

    private bool IsOver(long since, TimeSpan limit) => since != NotWaiting && _time.GetElapsedTime(since) >= limit;
}
