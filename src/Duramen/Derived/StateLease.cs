namespace Duramen.Derived;

/// <summary>The use of a state that is open: until it is disposed, once, the state stays so.</summary>
internal readonly struct StateLease<TState>(DerivedStates owner, DerivedState open, TState state) : IDisposable
{
    public TState State => state;

    public void Dispose() => owner.Release(open);
}
