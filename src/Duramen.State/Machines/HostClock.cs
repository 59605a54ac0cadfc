namespace Duramen.State.Machines;

/// <summary>
/// The time that a host tells its machine: the wall clock's when the host opened, and from there as the monotonic clock goes. A wall clock that
/// is set forward ends nobody's session, and one that is set back keeps nobody waiting.
/// </summary>
internal sealed class HostClock(TimeProvider time)
{
    private readonly long _openedMs = time.GetUtcNow().ToUnixTimeMilliseconds();
    private readonly long _openedTimestamp = time.GetTimestamp();

    public long NowMs => _openedMs + (long)time.GetElapsedTime(_openedTimestamp).TotalMilliseconds;
}
