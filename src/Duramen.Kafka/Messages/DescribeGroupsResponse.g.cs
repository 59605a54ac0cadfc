// Generated from Schema/DescribeGroups.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that describes groups and their members.</summary>
public sealed class DescribeGroupsResponse : IKafkaResponse<DescribeGroupsResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.DescribeGroups;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>The groups.</summary>
    public List<Group> Groups { get; set; } = [];

    /// <inheritdoc/>
    public static DescribeGroupsResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("DescribeGroupsResponse", version, min: 0, max: 5, flexible: 5);
        var message = new DescribeGroupsResponse();
        if (version >= 1)
        {
            message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        }

        int groupsCount = reader.ReadCount("Groups", minElementSizeBytes: 12);
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
        writer.Begin("DescribeGroupsResponse", version, min: 0, max: 5, flexible: 5);
        if (version >= 1)
        {
            writer.WriteInt32(ThrottleTimeMs);
        }

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
        /// <summary>What went wrong.</summary>
        public KafkaError ErrorCode { get; set; }

        /// <summary>The id of the group.</summary>
        public string GroupId { get; set; } = "";

        /// <summary>The name of its state, such as `Stable`; `Dead` when there is no such group.</summary>
        public string State { get; set; } = "";

        /// <summary>The kind of the group, such as `consumer`.</summary>
        public string ProtocolType { get; set; } = "";

        /// <summary>The name of the protocol that the group agreed on.</summary>
        public string ProtocolName { get; set; } = "";

        /// <summary>The members of the group.</summary>
        public List<Member> Members { get; set; } = [];

        /// <summary>A bit for each operation that the caller may do; -2147483648 when it was not asked for.</summary>
        public int AuthorizedOperations { get; set; } = -2147483648;

        internal static Group Read(ref KafkaReader reader, short version)
        {
            var structure = new Group();
            structure.ErrorCode = reader.ReadError("Groups[].ErrorCode");
            structure.GroupId = reader.ReadString("Groups[].GroupId");
            structure.State = reader.ReadString("Groups[].State");
            structure.ProtocolType = reader.ReadString("Groups[].ProtocolType");
            structure.ProtocolName = reader.ReadString("Groups[].ProtocolName");
            int membersCount = reader.ReadCount("Groups[].Members", minElementSizeBytes: 7);
            structure.Members.EnsureCapacity(membersCount);
            for (int i = 0; i < membersCount; i++)
            {
                structure.Members.Add(Member.Read(ref reader, version));
            }

            if (version >= 3)
            {
                structure.AuthorizedOperations = reader.ReadInt32("Groups[].AuthorizedOperations");
            }

            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteError(ErrorCode);
            writer.WriteString(GroupId, "Groups[].GroupId");
            writer.WriteString(State, "Groups[].State");
            writer.WriteString(ProtocolType, "Groups[].ProtocolType");
            writer.WriteString(ProtocolName, "Groups[].ProtocolName");
            writer.WriteCount(Members, "Groups[].Members");
            foreach (Member element in Members)
            {
                element.Write(writer, version);
            }

            if (version >= 3)
            {
                writer.WriteInt32(AuthorizedOperations);
            }
            else
            {
                writer.Omit("Groups[].AuthorizedOperations", isSet: AuthorizedOperations != -2147483648);
            }

            writer.WriteNoTags();
        }
    }

    /// <summary>An element of <c>Members</c>.</summary>
    public sealed class Member
    {
        /// <summary>The id that the coordinator gave the member.</summary>
        public string MemberId { get; set; } = "";

        /// <summary>The name that a static member keeps over restarts; null for a dynamic member.</summary>
        public string? GroupInstanceId { get; set; }

        /// <summary>The client id of its last join.</summary>
        public string ClientId { get; set; } = "";

        /// <summary>The address it joined from.</summary>
        public string ClientHost { get; set; } = "";

        /// <summary>What the member told the leader.</summary>
        public ReadOnlyMemory<byte> Metadata { get; set; }

        /// <summary>The member's part.</summary>
        public ReadOnlyMemory<byte> Assignment { get; set; }

        internal static Member Read(ref KafkaReader reader, short version)
        {
            var structure = new Member();
            structure.MemberId = reader.ReadString("Groups[].Members[].MemberId");
            if (version >= 4)
            {
                structure.GroupInstanceId = reader.ReadNullableString("Groups[].Members[].GroupInstanceId");
            }

            structure.ClientId = reader.ReadString("Groups[].Members[].ClientId");
            structure.ClientHost = reader.ReadString("Groups[].Members[].ClientHost");
            structure.Metadata = reader.ReadBytes("Groups[].Members[].Metadata");
            structure.Assignment = reader.ReadBytes("Groups[].Members[].Assignment");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(MemberId, "Groups[].Members[].MemberId");
            if (version >= 4)
            {
                writer.WriteNullableString(GroupInstanceId, "Groups[].Members[].GroupInstanceId");
            }

            writer.WriteString(ClientId, "Groups[].Members[].ClientId");
            writer.WriteString(ClientHost, "Groups[].Members[].ClientHost");
            writer.WriteBytes(Metadata, "Groups[].Members[].Metadata");
            writer.WriteBytes(Assignment, "Groups[].Members[].Assignment");
            writer.WriteNoTags();
        }
    }
}
