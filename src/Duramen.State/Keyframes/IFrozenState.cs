namespace Duramen.State.Keyframes;

/// <summary>A state that does not change any more, in entries. It may be written on another thread than the one that froze it.</summary>
public interface IFrozenState
{
    /// <summary>Writes all entries, in an order that is the same for the same state.</summary>
    void WriteTo(StateWriter writer);
}
