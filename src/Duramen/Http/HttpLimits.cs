namespace Duramen.Http;

/// <summary>What a request over HTTP may cost, with the reasons.</summary>
internal static class HttpLimits
{
    /// <summary>The connections at one time: each may hold a mebibyte of an answer that its client does not take, and clients of an API share theirs.</summary>
    public const int MaxConnections = 500;

    /// <summary>The longest request line: any key fits that a table takes, 64 KiB, with every byte of it percent-encoded.</summary>
    public const int MaxRequestLineBytes = 200 << 10;

    /// <summary>The longest body: far more than the largest batch that a topic takes by default, and little enough to be held whole.</summary>
    public const int MaxBodyBytes = 8 << 20;

    /// <summary>The bodies above <see cref="GatheredBytes"/> at one time; more wait. With them 128 MiB are as much as all bodies together take.</summary>
    public const int LargeBodies = 16;

    /// <summary>How deep the JSON of a body may be: twice what is read of it.</summary>
    public const int MaxBodyDepth = 8;

    /// <summary>The rows of a page when the request does not say.</summary>
    public const int DefaultRows = 1000;

    /// <summary>The most rows of a page. Whoever wants more follows the pages.</summary>
    public const int MaxRows = 10_000;

    /// <summary>The bytes of an answer that are gathered before they are sent. What fits is sent with its length, and its failure is an answer of its own.</summary>
    public const int GatheredBytes = 64 << 10;

    /// <summary>The longest cursor: a key of 64 KiB and offsets in thousands of partitions, in base 64.</summary>
    public const int MaxCursorChars = 160 << 10;

    /// <summary>A page ends early, with a cursor, when its client took so long for it.</summary>
    public static readonly TimeSpan PageTimeout = TimeSpan.FromSeconds(20);

    /// <summary>An answer that its client has not taken by then is cut off: until then it holds a snapshot, and that holds memory and files.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection may be without a request: more than what the usual clients keep theirs for.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(130);

    /// <summary>How long a body may take to arrive.</summary>
    public static readonly TimeSpan BodyTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long the head of a request may take to arrive.</summary>
    public static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(10);
}
