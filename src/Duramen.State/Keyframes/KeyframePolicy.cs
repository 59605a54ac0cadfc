namespace Duramen.State.Keyframes;

/// <summary>Which keyframes stay when newer ones come.</summary>
public sealed record KeyframePolicy
{
    /// <summary>So many of the newest, at least 1. More than one, so that a damaged one costs a longer replay and not all of it.</summary>
    public int Newest { get; init; } = 3;

    /// <summary>Of those before, the first after every so many records; 0 for none. A state as of an old offset is replayed from the one before it.</summary>
    public long Spacing { get; init; }
}
