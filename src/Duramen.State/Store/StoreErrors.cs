using Duramen.Core.Errors;

namespace Duramen.State.Store;

/// <summary>The codes of everything that a versioned store can refuse.</summary>
public static class StoreErrors
{
    /// <summary>A read as of an offset whose past was given up; the message says how far back one can read.</summary>
    public static ErrorCode BelowHorizon => new("store-below-horizon");

    /// <summary>A read as of an offset that the fold has not got to.</summary>
    public static ErrorCode BeyondPosition => new("store-beyond-position");

    /// <summary>What is on disk is not what was written. The store has to be deleted and folded again, and whoever owns it does that.</summary>
    public static ErrorCode Damaged => new("store-damaged");

    /// <summary>What must be kept does not fit the disk budget, even without any past.</summary>
    public static ErrorCode Full => new("store-full");

    /// <summary>A key or a value is larger than a store takes.</summary>
    public static ErrorCode TooLarge => new("store-too-large");

    /// <summary>The store cannot write any more; the first cause is the inner exception. What it has can still be read.</summary>
    public static ErrorCode Failed => new("store-failed");

    /// <summary>Another process, or another part of this one, has the store open.</summary>
    public static ErrorCode Locked => new("store-locked");

    /// <summary>The store was closed.</summary>
    public static ErrorCode Closed => new("store-closed");
}
