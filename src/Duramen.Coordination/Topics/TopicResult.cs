namespace Duramen.Coordination.Topics;

/// <summary>What became of a request about one topic, or about what topics have where nothing is set on them.</summary>
/// <param name="Error">What is wrong with the request; <see cref="TopicError.None"/> when it was done, or could be.</param>
/// <param name="Message">What is wrong, for people; null when nothing is.</param>
/// <param name="Topic">The topic after the request, or as it was where it was deleted; null when the request was refused, or not about one topic.</param>
public sealed record TopicResult(TopicError Error, string? Message, Topic? Topic)
{
    /// <summary>It was done, or could be, and is not about one topic.</summary>
    internal static TopicResult DoneForAll { get; } = new(TopicError.None, null, null);

    /// <summary>It was done, or could be.</summary>
    internal static TopicResult Done(Topic topic) => new(TopicError.None, null, topic);

    /// <summary>It was not done.</summary>
    internal static TopicResult Refused(TopicError error, string message) => new(error, message, null);
}
