namespace Duramen.Log;

/// <summary>What an append wants checked of the producer in its batches' headers.</summary>
public enum ProducerCheck
{
    /// <summary>Nothing: the batches are taken as they are, and what they say of their producers is remembered.</summary>
    None,

    /// <summary>
    /// That the batches are the next ones of their producer: what was appended before is answered and not appended again, and neither a gap nor an
    /// epoch that is over gets in. Batches without a producer are not concerned.
    /// </summary>
    Sequences,
}
