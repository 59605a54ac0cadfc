// Generated from Schema/ListGroups.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that lists the groups that this broker coordinates.</summary>
public sealed class ListGroupsResponse : IKafkaResponse<ListGroupsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.ListGroups;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>What went wrong.</summary>
    public KafkaError ErrorCode { get; set; }

    /// <summary>The groups.</summary>
    public List<Group> Groups { get; set; } = [];

    /// <inheritdoc/>
    public static ListGroupsResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("ListGroupsResponse", version, min: 0, max: 5, flexible: 3);
        var message = new ListGroupsResponse();
        if (version >= 1)
        {
            message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        }

        message.ErrorCode = reader.ReadError("ErrorCode");
        int groupsCount = reader.ReadCount("Groups", minElementSizeBytes: 3);
        message.Groups.EnsureCapacity(groupsCount);
        for (int i = 0; i < groupsCount; i++)
        {
            message.Groups.Add(Group.Read(ref reader, version));
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("ListGroupsResponse", version, min: 0, max: 5, flexible: 3);
        if (version >= 1)
        {
            writer.WriteInt32(ThrottleTimeMs);
        }

        writer.WriteError(ErrorCode);
        writer.WriteCount(Groups, "Groups");
        foreach (Group element in Groups)
        {
            element.Write(writer, version);
        }

        writer.WriteNoTags();
    }

    /// <summary>An element of <c>Groups</c>.</summary>
    public sealed class Group
    {
        /// <summary>The id of the group.</summary>
        public string GroupId { get; set; } = "";

        /// <summary>The kind of the group, such as `consumer`.</summary>
        public string ProtocolType { get; set; } = "";

        /// <summary>The name of its state.</summary>
        public string State { get; set; } = "";

        /// <summary>The name of its type, such as classic.</summary>
        public string Type { get; set; } = "";

        internal static Group Read(ref KafkaReader reader, short version)
        {
            var structure = new Group();
            structure.GroupId = reader.ReadString("Groups[].GroupId");
            structure.ProtocolType = reader.ReadString("Groups[].ProtocolType");
            if (version >= 4)
            {
                structure.State = reader.ReadString("Groups[].State");
            }

            if (version >= 5)
            {
                structure.Type = reader.ReadString("Groups[].Type");
            }

            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(GroupId, "Groups[].GroupId");
            writer.WriteString(ProtocolType, "Groups[].ProtocolType");
            if (version >= 4)
            {
                writer.WriteString(State, "Groups[].State");
            }

            if (version >= 5)
            {
                writer.WriteString(Type, "Groups[].Type");
            }

            writer.WriteNoTags();
        }
    }
}
