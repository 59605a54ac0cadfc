namespace Duramen.Client.Consumers;

/// <summary>Where a consumer goes on that has no position in a partition, or one whose records are gone.</summary>
public enum OffsetReset
{
    /// <summary>At the first record that there is.</summary>
    Beginning,

    /// <summary>At the first record that is appended from then on.</summary>
    End,

    /// <summary>Nowhere: reading fails with <see cref="ClientErrors.NoPosition"/>.</summary>
    Fail,
}
